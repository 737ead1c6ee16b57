using Unroll.Cells;
using Unroll.Layers;
using Unroll.Optimizers;
using Unroll.Tensors;
using Unroll.Tests.Oracles;

namespace Unroll.Tests.Optimizers;

/// <summary>A parameter that is fixed stays as it is, whatever the optimiser does with the others, and changes nothing of their gradients.</summary>
public sealed class FixedParameterTests
{
    [Fact]
    public void A_fixed_parameter_stays_bit_for_bit_and_the_others_go_on_as_before()
    {
        var (free, partly) = (Layer(), Layer());
        foreach (var parameter in partly.Parameters.Where(parameter => parameter.Name is "weight_hh_l0" or "bias_ih_l0"))
            parameter.IsFixed = true;
        var before = partly.Parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Values.ToArray());
        foreach (var layer in new[] { free, partly })
        {
            var (tape, optimizer) = (new Tape(), new AdamW(learningRate: 0.1f, weightDecay: 0.5f));
            layer.Forward(tape, Input()).Output.SeedGradient(RandomValues.Singles(new Random(3), 4 * 2 * 20));
            tape.Backward();
            optimizer.Step(layer.Parameters);
        }

        foreach (var (one, other) in free.Parameters.Zip(partly.Parameters))
        {
            if (other.IsFixed)
                Close.Bits(other.Name, before[other.Name], other.Values);
            else
                Close.Bits(other.Name, one.Values, other.Values);
        }
    }

    private static Recurrent Layer()
    {
        var layer = new Recurrent(Cell.Lstm, 3, 20);
        var random = new Random(1);
        foreach (var parameter in layer.Parameters)
        {
            RandomValues.Singles(random, parameter.Length).CopyTo(parameter.Values);
            parameter.MarkChanged();
        }

        return layer;
    }

    private static Tensor Input() => Tensor.FromArray(RandomValues.Singles(new Random(2), 4 * 2 * 3), new(4, 2, 3));
}
