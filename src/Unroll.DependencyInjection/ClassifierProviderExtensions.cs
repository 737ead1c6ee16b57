using Unroll.Data;
using Unroll.Models;

namespace Unroll.DependencyInjection;

/// <summary>Measured predictions of a served <see cref="SequenceClassifier"/>.</summary>
public static class ClassifierProviderExtensions
{
    private const string Operation = "predict";

    /// <summary>Says which label a text has.</summary>
    /// <param name="provider">What gives the model.</param>
    /// <param name="text">Not blank.</param>
    /// <exception cref="InvalidDataException">The text is blank or no valid Unicode, or the model classifies series.</exception>
    public static Classification Predict(this IModelProvider<SequenceClassifier> provider, string text) =>
        provider.Use(Operation, model => model.Predict(text));

    /// <summary>Says which label a series has.</summary>
    /// <param name="provider">What gives the model.</param>
    /// <param name="values">[T, C] in their own units, time step after time step; finite.</param>
    /// <exception cref="InvalidDataException">There is no step, the last is not whole, a value is not finite, or the model classifies texts.</exception>
    public static Classification Predict(this IModelProvider<SequenceClassifier> provider, ReadOnlyMemory<float> values) =>
        provider.Use(Operation, model => model.Predict(values));

    /// <summary>Says which label a sequence has.</summary>
    /// <param name="provider">What gives the model.</param>
    /// <param name="sequence">A sequence of the kind the model classifies.</param>
    /// <exception cref="InvalidDataException">It is of another kind.</exception>
    public static Classification Predict(this IModelProvider<SequenceClassifier> provider, LabelledSequence sequence) =>
        provider.Use(Operation, model => model.Predict(sequence));

    /// <summary>Opens a stream of time steps on the model in use, which it keeps; one for each caller. Its steps are not measured, since they allocate nothing.</summary>
    /// <param name="provider">What gives the model.</param>
    /// <exception cref="InvalidOperationException">The model is bidirectional, or classifies texts.</exception>
    public static ClassifierSession OpenSession(this IModelProvider<SequenceClassifier> provider) =>
        provider.Use("open-session", model => model.OpenSession());
}
