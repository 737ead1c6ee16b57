using System.Globalization;
using Unroll.Tensors;

namespace Unroll.Optimizers;

/// <summary>Keeps gradients from becoming too large (Pascanu, Mikolov, Bengio, 2013).</summary>
public static class GradientClipping
{
    // What PyTorch adds to the norm before it divides by it.
    private const double NormMargin = 1e-6;

    /// <summary>The length of all gradients seen as one vector, in double precision; the same bits for any number of threads.</summary>
    /// <param name="parameters">Whose gradients.</param>
    public static double GlobalNorm(IReadOnlyList<Parameter> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        return Math.Sqrt(GradientPass.SumOfSquares(parameters));
    }

    /// <summary>What gradients of a given norm have to be multiplied by: PyTorch's min(1, maximum / (norm + 10⁻⁶)).</summary>
    /// <param name="norm">Their global norm.</param>
    /// <param name="maximum">The largest norm allowed, over 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The maximum is not over 0.</exception>
    public static float ScaleFor(double norm, float maximum)
    {
        CheckMaximum(maximum);
        return (float)Math.Min(1, maximum / (norm + NormMargin));
    }

    /// <summary>Scales all gradients together so that their norm is at most a maximum.</summary>
    /// <param name="parameters">Whose gradients; changed in place.</param>
    /// <param name="maximum">The largest norm allowed, over 0.</param>
    /// <returns>The norm before.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The maximum is not over 0.</exception>
    public static double ByGlobalNorm(IReadOnlyList<Parameter> parameters, float maximum)
    {
        var norm = GlobalNorm(parameters);
        var scale = ScaleFor(norm, maximum);
        if (scale < 1)
            GradientPass.Scale(parameters, scale);
        return norm;
    }

    /// <summary>Limits each value of each gradient to [−maximum, maximum].</summary>
    /// <param name="parameters">Whose gradients; changed in place.</param>
    /// <param name="maximum">Over 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The maximum is not over 0.</exception>
    public static void ByValue(IReadOnlyList<Parameter> parameters, float maximum)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        CheckMaximum(maximum);
        GradientPass.Clamp(parameters, maximum);
    }

    private static void CheckMaximum(float maximum)
    {
        if (!(maximum > 0))
        {
            throw new ArgumentOutOfRangeException(
                nameof(maximum), string.Create(CultureInfo.InvariantCulture, $"The limit of a gradient is over 0; got {maximum}."));
        }
    }
}
