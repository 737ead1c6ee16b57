using System.Globalization;
using Unroll.Cells;
using Unroll.Layers;
using Unroll.Tensors;

namespace Unroll.Benchmarks.Examinations;

/// <summary>How the weights of an examined network start: as those of the library's models, the same rule for every cell but one.</summary>
internal static class NetworkInitialization
{
    // Le, Jaitly and Hinton 2015, section 4: the input weights' standard deviation.
    private const float IrnnInputDeviation = 1e-3f;

    /// <summary>
    /// Uniform in ±1/√H, biases as well, so that forget gates start at about a half. Weights of single units start in the
    /// range that the cell gives, and what a layer itself sets when it is made, such as gains of 1, stays. The rectifier
    /// alone starts as the IRNN of Le et al. 2015, which is how it has been examined: U the identity, biases zero, W normal.
    /// </summary>
    /// <param name="recurrent">The recurrent layers.</param>
    /// <param name="head">What reads them.</param>
    /// <param name="settings">The seed, from which each parameter has a stream of its own, and the forget bias.</param>
    public static void Draw(Recurrent recurrent, Linear head, ExaminationSettings settings)
    {
        Draw(recurrent, settings.Seed);
        var stream = (ulong)recurrent.Parameters.Count;
        foreach (var parameter in head.Parameters)
        {
            var random = new CounterRandom(settings.Seed, stream++);
            Initializer.TorchUniform(parameter, recurrent.OutputSize, ref random);
        }

        if (settings.ForgetBias is { } bias && recurrent.Cell.ForgetGate is { } gate)
            SetForgetBias(recurrent, bias, gate);
    }

    /// <summary>The part of the recurrent layers.</summary>
    /// <param name="recurrent">The layers.</param>
    /// <param name="seed">The seed.</param>
    public static void Draw(Recurrent recurrent, ulong seed)
    {
        ulong stream = 0;
        foreach (var parameter in recurrent.Parameters)
        {
            var random = new CounterRandom(seed, stream++);
            if (parameter.Values.ContainsAnyExcept(0))
                continue;
            if (recurrent.Cell.UnitWeights.FirstOrDefault(weight => parameter.Name.StartsWith(weight.Name + "_l", StringComparison.Ordinal)) is { } kind)
                Initializer.Uniform(parameter, kind.Low, kind.High, ref random);
            else if (recurrent.Cell.IsFixed && parameter.Name.StartsWith("weight_hh", StringComparison.Ordinal))
                Initializer.Reservoir(parameter, ref random);
            else if (recurrent.Cell == Cell.RnnRelu)
                DrawIrnn(parameter, ref random);
            else
                Initializer.TorchUniform(parameter, recurrent.HiddenSize, ref random);
        }
    }

    private static void SetForgetBias(Recurrent recurrent, float bias, int gate)
    {
        for (var layer = 0; layer < recurrent.LayerCount; layer++)
        {
            var suffix = string.Create(CultureInfo.InvariantCulture, $"_l{layer}");
            Initializer.ForgetGateBias(
                recurrent.Parameters.Single(parameter => parameter.Name == "bias_ih" + suffix),
                recurrent.Parameters.SingleOrDefault(parameter => parameter.Name == "bias_hh" + suffix),
                bias, gate, recurrent.Cell.GateCount);
        }
    }

    private static void DrawIrnn(Parameter parameter, ref CounterRandom random)
    {
        if (parameter.Name.StartsWith("weight_ih", StringComparison.Ordinal))
        {
            Initializer.Normal(parameter, ref random, deviation: IrnnInputDeviation);
        }
        else if (parameter.Name.StartsWith("weight_hh", StringComparison.Ordinal))
        {
            for (var unit = 0; unit < parameter.Shape[1]; unit++)
                parameter.Values[(unit * parameter.Shape[1]) + unit] = 1;
            parameter.MarkChanged();
        }
    }
}
