using Unroll.Cells;
using Unroll.Kernels;
using Unroll.Layers;
using Unroll.Tensors;
using Unroll.Tests.Cells;
using Unroll.Tests.Lanes;

namespace Unroll.Tests.Layers;

/// <summary>Recurrent dropout and zoneout of every cell that is trained, against the equations of its paper in double precision with the same masks.</summary>
[Trait(LaneRunsTests.Mark, "every")]
public sealed class RegularizationOracleTests
{
    private const int InputSize = 3;
    private const int TimeSteps = 5;
    private const int BatchSize = 3;

    private static readonly DropoutKey key = new(Seed: 4, Update: 9, Place: 3);

    public static TheoryData<string> Names => [.. Family.Names.Select(row => row.Data).Where(name => !Cell.Find(name)!.IsFixed)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Outputs_and_gradients_are_those_of_the_equations(string name)
    {
        Family.Run(name, new Comparison(17, key));
        Family.Run(name, new Comparison(17, Dropout: null));
        Family.Run(name, new Comparison(5, key, StateAlone: true));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Streams_batches_and_whole_sequences_are_bit_for_bit_the_same(string name) => Family.Run(name, new Streams());

    /// <summary>All that a cell can have.</summary>
    private static RecurrentOptions Options<TCell>(bool stateAlone = false)
        where TCell : struct, ICell => new()
        {
            RecurrentDropout = TCell.HasRecurrentMatrix && !stateAlone ? 0.4f : 0,
            ZoneoutOutput = stateAlone ? 0 : 0.3f,
            ZoneoutState = (TCell.ZoneoutStateCount ?? TCell.StateCount) > 0 ? 0.4f : 0,
        };

    private sealed record Comparison(int HiddenSize, DropoutKey? Dropout, bool StateAlone = false) : IFamilyTest
    {
        public void Run<TCell>()
            where TCell : struct, ICell
        {
            var random = new Random(HiddenSize);
            var options = Options<TCell>(StateAlone);
            var layer = LayerChecks.Filled(new Recurrent<TCell>(InputSize, HiddenSize, options), random);
            var oracle = new FamilyOracle<TCell>(layer, TimeSteps, BatchSize, random)
            {
                Regularization = new(options, layer: 0, direction: 0, Dropout, (TimeSteps, BatchSize, layer.OutputSize, HiddenSize)),
            };
            LayerChecks.CompareWithOracle(layer, oracle, TimeSteps, dropout: Dropout);
        }
    }

    private sealed class Streams : IFamilyTest
    {
        public void Run<TCell>()
            where TCell : struct, ICell => LayerChecks.CompareStreams(default(TCell), Options<TCell>());
    }
}
