using System.Globalization;
using Unroll.Kernels;
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
        var sum = 0.0;
        for (var index = 0; index < parameters.Count; index++)
            sum += OptimizerKernels.SumOfSquares(parameters[index].Gradient);
        return Math.Sqrt(sum);
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
        for (var index = 0; scale < 1 && index < parameters.Count; index++)
            OptimizerKernels.Scale(parameters[index].Gradient, scale);
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
        for (var index = 0; index < parameters.Count; index++)
            OptimizerKernels.Clamp(parameters[index].Gradient, maximum);
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
