using Microsoft.ML;

namespace Unroll.MicrosoftML;

/// <summary>Steps of Unroll for a pipeline.</summary>
public static class UnrollCatalogExtensions
{
    /// <summary>A recurrent classifier of texts or series, to be appended to a pipeline.</summary>
    /// <param name="context">The context of the pipeline.</param>
    /// <param name="options">What is trained, and how.</param>
    /// <exception cref="ArgumentException">Names of columns are empty or the same, or an option is outside its range.</exception>
    public static SequenceClassifierEstimator SequenceClassifier(this MLContext context, SequenceClassifierEstimatorOptions? options = null) => new(context, options);

    /// <summary>A recurrent forecaster of one column, to be appended to a pipeline.</summary>
    /// <param name="context">The context of the pipeline.</param>
    /// <param name="options">What is trained, and how.</param>
    /// <exception cref="ArgumentException">Names of columns are empty or the same, or an option is outside its range.</exception>
    public static ForecasterEstimator Forecaster(this MLContext context, ForecasterEstimatorOptions? options = null) => new(context, options);
}
