using Unroll.Layers;
using Unroll.Tensors;

namespace Unroll.Tests.Oracles;

/// <summary>
/// Recurrent dropout and zoneout of one layer in one direction in double precision. The masks are read off the dropout operation, laid over tensors of ones: one
/// value for each row and unit, or for each time, row and unit.
/// </summary>
internal sealed class OracleRegularization
{
    private const int FirstState = 2;

    private readonly RecurrentOptions options;
    private readonly DropoutKey? key;
    private readonly (int Time, int Batch, int Outputs, int Units) sizes;
    private readonly double[]? dropout;
    private readonly Dictionary<int, double[]> kept = [];
    private readonly int place;

    /// <summary>The masks of one layer and direction.</summary>
    /// <param name="options">The rates.</param>
    /// <param name="layer">Which layer.</param>
    /// <param name="direction">Which direction.</param>
    /// <param name="dropout">What names the masks, or null where nothing is random.</param>
    /// <param name="sizes">T, B, R and H.</param>
    public OracleRegularization(RecurrentOptions options, int layer, int direction, DropoutKey? dropout, (int Time, int Batch, int Outputs, int Units) sizes)
    {
        (this.options, this.sizes, key) = (options, sizes, dropout);
        // Masks of dropout and variational dropout have the places up to 2·L + 1.
        place = (2 * options.Layers) + 2 + (direction * options.Layers) + layer;
        this.dropout = key is null || options.RecurrentDropout == 0 ? null : Mask(0, options.RecurrentDropout, new(sizes.Batch, sizes.Outputs));
    }

    /// <summary>What the recurrent matrix reads of previous outputs.</summary>
    public double[] Dropped(int row, double[] h) => dropout is null ? h : [.. h.Select((value, unit) => value * dropout[(row * sizes.Outputs) + unit])];

    /// <summary>The output after a step.</summary>
    public double[] Output(int time, int row, double[] old, double[] fresh) => Keep(1, options.ZoneoutOutput, sizes.Outputs, time, row, old, fresh);

    /// <summary>A state after a step.</summary>
    public double[] State(int state, int time, int row, double[] old, double[] fresh) => Keep(FirstState + state, options.ZoneoutState, sizes.Units, time, row, old, fresh);

    private double[] Keep(int mask, float rate, int width, int time, int row, double[] old, double[] fresh)
    {
        if (rate == 0)
            return fresh;
        var result = new double[fresh.Length];
        for (var unit = 0; unit < result.Length; unit++)
        {
            var share = (double)rate;
            if (key is not null)
            {
                if (!kept.TryGetValue(mask, out var values))
                    kept[mask] = values = Mask(mask, rate, new(sizes.Time, sizes.Batch, width));
                share = values[(((time * sizes.Batch) + row) * width) + unit] == 0 ? 1 : 0;
            }

            result[unit] = (share * old[unit]) + ((1 - share) * fresh[unit]);
        }

        return result;
    }

    private double[] Mask(int mask, float rate, Shape shape)
    {
        var ones = new Tensor(shape);
        ones.Values.Fill(1);
        return RandomValues.ToDouble(new Tape(recording: false).Dropout(ones, rate, key!.Value.At(key.Value.Place + place + (mask * 2 * options.Layers))).Values);
    }
}
