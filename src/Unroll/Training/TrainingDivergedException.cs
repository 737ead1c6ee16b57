using System.Globalization;

namespace Unroll.Training;

/// <summary>
/// A loss or a gradient became infinite or not a number. The parameters are those before the update, and the last checkpoint is untouched.
/// </summary>
public sealed class TrainingDivergedException : Exception
{
    internal TrainingDivergedException(string what, long update, double loss, double gradientNorm)
        : base(string.Create(
            CultureInfo.InvariantCulture,
            $"Update {update} was refused: {what} (loss {loss:G6}, gradient norm {gradientNorm:G6}). The parameters are those before it. "
            + $"Lower the learning rate or clip the gradient (ClipNorm = 1)."))
    {
        Update = update;
        Loss = loss;
        GradientNorm = gradientNorm;
    }

    /// <summary>The number of the update that was refused, from 1.</summary>
    public long Update { get; }

    /// <summary>Its loss.</summary>
    public double Loss { get; }

    /// <summary>The norm of its gradient, before clipping.</summary>
    public double GradientNorm { get; }
}
