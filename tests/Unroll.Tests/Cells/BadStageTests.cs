using Unroll.Cells;
using Unroll.Kernels;
using Unroll.Layers;
using Unroll.Models;

namespace Unroll.Tests.Cells;

/// <summary>Cells whose stages contradict each other or their step are refused when a layer is made of them, with the cell's name and the numbers.</summary>
public sealed class BadStageTests
{
    private static int counter;

    [Fact]
    public void Filtered_gates_without_a_filter() => Refuses<NoFilter>("'no-filter'", "no Filter");

    [Fact]
    public void A_filter_without_filtered_gates() => Refuses<IdleFilter>("'idle-filter'", "FilteredGateCount is 0");

    [Fact]
    public void More_filtered_gates_than_gates() => Refuses<ManyFiltered>("'many-filtered'", "FilteredGateCount is 3", "0 to 2");

    [Fact]
    public void Fewer_filtered_gates_than_none() => Refuses<NegativeFiltered>("'negative-filtered'", "FilteredGateCount is -1");

    [Fact]
    public void A_filter_that_reads_the_sum_of_a_filtered_gate() => Refuses<FilterOfFiltered>("'filter-of-filtered'", "filter reads gate 1", "the 1 that are not filtered");

    [Fact]
    public void A_filter_that_reads_a_weight_that_is_not_there() => Refuses<FilterOfWeight>("'filter-of-weight'", "unit weight 0");

    [Fact]
    public void A_filter_that_sets_a_state() => Refuses<FilterOfState>("'filter-of-state'", "sets state 0");

    [Fact]
    public void A_filter_that_sets_nothing() => Refuses<EmptyFilter>("'empty-filter'", "filter sets no output");

    [Fact]
    public void A_filter_that_sets_its_result_twice() => Refuses<DoubleFilter>("'double-filter'", "twice");

    [Fact]
    public void A_filter_that_gives_no_number() => Refuses<FilterOfNoNumber>("'filter-of-no-number'", "filter gives no number");

    [Fact]
    public void A_filter_with_a_gradient_that_is_no_number() => Refuses<FilterWithoutGradient>("'filter-without-gradient'", "gradient of its filter", "gate 0 (first)");

    [Fact]
    public void A_filter_with_a_memory_of_its_own() => Refuses<FilterWithMemory>("'filter-with-memory'", "filter gives different results");

    [Fact]
    public void A_filter_of_too_many_operations() => Refuses<LongFilter>("'long-filter'", "1024 operations");

    [Fact]
    public void A_filter_of_sums_that_are_apart() => Refuses<FilteredParts>("'filtered-parts'", "FilteredGateCount is 1", "separates recurrent sums");

    [Fact]
    public void Filtered_gates_without_a_recurrent_matrix() => Refuses<FilteredNothing>("'filtered-nothing'", "FilteredGateCount is 1", "no recurrent matrix");

    [Fact]
    public void Normalised_sums_that_are_added_up_first() => Refuses<NormalizedWhole>("'normalized-whole'", "separates recurrent sums");

    [Fact]
    public void Parts_of_sums_without_a_recurrent_matrix() => Refuses<PartsOfNothing>("'parts-of-nothing'", "no recurrent matrix");

    [Fact]
    public void A_previous_output_that_a_projection_has_resized() => Refuses<ProjectedReader>("'projected-reader'", "another size");

    [Fact]
    public void A_projection_without_a_recurrent_matrix() => Refuses<ProjectedNothing>("'projected-nothing'", "no recurrent matrix");

    [Fact]
    public void A_projection_of_heads() => Refuses<ProjectedHeads>("'projected-heads'", "2 heads");

    [Fact]
    public void A_projection_of_filtered_gates() => Refuses<ProjectedFilter>("'projected-filter'", "FilteredGateCount is 1");

    [Fact]
    public void A_projection_that_is_never_trained() => Refuses<ProjectedFixed>("'projected-fixed'", "fixed", "square");

    [Fact]
    public void No_heads() => Refuses("'heads'", "0 heads", new Headed(0));

    [Fact]
    public void Fewer_heads_than_none() => Refuses("'heads'", "-2 heads", new Headed(-2));

    [Fact]
    public void Heads_without_a_matrix_to_share() => Refuses<HeadsOfNothing>("'heads-of-nothing'", "2 heads", "no recurrent matrix");

    [Fact]
    public void Heads_that_do_not_divide_the_units()
    {
        Refuses("'heads'", "3 heads", new Headed(3), "4 units");
        var cell = Cell.Of(new Headed(3));
        Assert.Equal(2 * 6 * (5 + 2 + 2), cell.ParameterCount(5, 6));
        Assert.Contains("3 heads", Assert.Throws<ArgumentOutOfRangeException>(() => cell.ParameterCount(5, 4)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Heads_that_do_not_divide_the_units_of_one_layer_of_a_stack()
    {
        var failure = Assert.Throws<ArgumentException>(() => new Recurrent<Headed>(3, 6, new() { Layers = 2, LayerSizes = [8, 6] }, new Headed(3)));
        Assert.Contains("'heads' splits its units into 3 heads", failure.Message, StringComparison.Ordinal);
        Assert.Contains("8 units", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_projection_larger_than_the_units()
    {
        foreach (var size in new[] { 5, 0, -1 })
        {
            var failure = Assert.Throws<ArgumentException>(() => new Recurrent(Cell.ProjectedLstm, 3, 4, new() { ProjectionSize = size }));
            Assert.Contains($"projection size of the cell 'projected-lstm' is {size}", failure.Message, StringComparison.Ordinal);
            Assert.Contains("4 units", failure.Message, StringComparison.Ordinal);
        }

        Assert.Equal(4, new Recurrent(Cell.ProjectedLstm, 3, 4, new() { ProjectionSize = 4 }).OutputSize);
        Assert.Throws<ArgumentOutOfRangeException>(() => Cell.ProjectedLstm.ParameterCount(3, 4, projectionSize: 5));
    }

    [Fact]
    public void A_projection_of_a_cell_that_has_none()
    {
        var failure = Assert.Throws<ArgumentException>(() => new Recurrent(Cell.Lstm, 3, 4, new() { ProjectionSize = 2 }));
        Assert.Contains("projection size is 2 and the cell 'lstm' does not project", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_language_model_refuses_them_too()
    {
        var vocabulary = new Unroll.Data.ByteVocabulary();
        var heads = Assert.Throws<ArgumentOutOfRangeException>(() => _ = LanguageModel.Create(vocabulary, new() { Cell = Cell.Of(new Headed(3)), HiddenSize = 4, Layers = 1 }));
        Assert.Contains("'heads' splits its units into 3 heads", heads.Message, StringComparison.Ordinal);
        var projection = Assert.Throws<ArgumentOutOfRangeException>(() => _ = LanguageModel.Create(vocabulary, new() { Cell = Cell.ProjectedLstm, HiddenSize = 4, Layers = 1, ProjectionSize = 9 }));
        Assert.Contains("'projected-lstm' is 9", projection.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void More_unit_weights_than_are_described() => Refuses<CountedWeights>("'counted-weights'", "describes 1 unit weights", "UnitWeightCount is 2");

    [Fact]
    public void Described_unit_weights_that_are_not_counted() => Refuses<UncountedWeights>("'uncounted-weights'", "describes 1 unit weights", "UnitWeightCount is 0");

    [Fact]
    public void Too_many_unit_weights() => Refuses<ManyWeights>("'many-weights'", "UnitWeightCount is 9", "0 to 8");

    [Fact]
    public void Unit_weights_with_a_name_that_no_file_should_hold() => Refuses<NamedWeight>("'named-weight'", "'Peep Hole'");

    [Fact]
    public void Unit_weights_named_as_the_matrices() => Refuses<ReservedWeight>("'reserved-weight'", "'weight_ih'");

    [Fact]
    public void Unit_weights_with_the_same_name() => Refuses<TwinWeights>("'twin-weights'", "'peephole'");

    [Fact]
    public void Unit_weights_from_a_range_that_is_none() => Refuses<BackwardRange>("'backward-range'", "between 1 and -1");

    [Fact]
    public void A_unit_weight_that_is_not_there() => Refuses<FarWeight>("'far-weight'", "unit weight 1", "it has 1");

    [Fact]
    public void A_gate_without_a_name() => Refuses<NamelessGate>("'nameless-gate'", "gate 1 has no name");

    [Fact]
    public void Names_that_are_missing_altogether() => Refuses<NoNames>("'no-names'", "names 0 gates", "GateCount is 2");

    [Fact]
    public void Too_many_states() => Refuses<ManyStates>("'many-states'", "StateCount is 9", "0 to 8");

    private static void Refuses<TCell>(params string[] words)
        where TCell : struct, ICell => Refuses(default(TCell), words);

    private static void Refuses(string name, string what, Headed cell, params string[] words) => Refuses(cell, [name, what, .. words]);

    private static void Refuses<TCell>(TCell cell, string[] words)
        where TCell : struct, ICell
    {
        var failure = Assert.Throws<ArgumentException>(() => new Recurrent<TCell>(3, 4, cell: cell));
        Assert.All(words, word => Assert.Contains(word, failure.Message, StringComparison.Ordinal));
    }

    private readonly struct NoFilter : ITwoGates
    {
        public static string Name => "no-filter";

        public static int FilteredGateCount => 1;
    }

    private readonly struct IdleFilter : ITwoGates
    {
        public static string Name => "idle-filter";

        public void Filter<T>(in UnitStep<T> step)
            where T : struct, ILane<T> => step.SetOutput(step.PreviousOutput);
    }

    private readonly struct ManyFiltered : ITwoGates
    {
        public static string Name => "many-filtered";

        public static int FilteredGateCount => 3;
    }

    private readonly struct NegativeFiltered : ITwoGates
    {
        public static string Name => "negative-filtered";

        public static int FilteredGateCount => -1;
    }

    private readonly struct FilterOfFiltered : ITwoGates
    {
        public static string Name => "filter-of-filtered";

        public static int FilteredGateCount => 1;

        public void Filter<T>(in UnitStep<T> step)
            where T : struct, ILane<T> => step.SetOutput(step.PreviousOutput * step.Sum(1));
    }

    private readonly struct FilterOfWeight : ITwoGates
    {
        public static string Name => "filter-of-weight";

        public static int FilteredGateCount => 1;

        public void Filter<T>(in UnitStep<T> step)
            where T : struct, ILane<T> => step.SetOutput(step.PreviousOutput * step.UnitWeight(0));
    }

    private readonly struct FilterOfState : ITwoGates
    {
        public static string Name => "filter-of-state";

        public static int FilteredGateCount => 1;

        public static int StateCount => 1;

        public void Filter<T>(in UnitStep<T> step)
            where T : struct, ILane<T>
        {
            step.SetState(0, step.PreviousOutput);
            step.SetOutput(step.PreviousOutput);
        }

        public void Step<T>(in UnitStep<T> step)
            where T : struct, ILane<T>
        {
            step.SetState(0, step.Sum(0));
            step.SetOutput(step.Sum(1));
        }
    }

    private readonly struct EmptyFilter : ITwoGates
    {
        public static string Name => "empty-filter";

        public static int FilteredGateCount => 1;

        public void Filter<T>(in UnitStep<T> step)
            where T : struct, ILane<T>
        {
        }
    }

    private readonly struct DoubleFilter : ITwoGates
    {
        public static string Name => "double-filter";

        public static int FilteredGateCount => 1;

        public void Filter<T>(in UnitStep<T> step)
            where T : struct, ILane<T>
        {
            step.SetOutput(step.Sum(0));
            step.SetOutput(step.Sum(0));
        }
    }

    private readonly struct FilterOfNoNumber : ITwoGates
    {
        public static string Name => "filter-of-no-number";

        public static int FilteredGateCount => 1;

        public void Filter<T>(in UnitStep<T> step)
            where T : struct, ILane<T> => step.SetOutput(T.Sqrt(step.Sum(0) - T.Broadcast(9)));
    }

    private readonly struct FilterWithoutGradient : ITwoGates
    {
        public static string Name => "filter-without-gradient";

        public static int FilteredGateCount => 1;

        /// <summary>Zero, whose factor on the way has no finite float32.</summary>
        public void Filter<T>(in UnitStep<T> step)
            where T : struct, ILane<T>
        {
            var tiny = T.Broadcast(1e-30f);
            step.SetOutput(step.Sum(0) * tiny / (tiny * tiny) * T.Broadcast(0));
        }
    }

    private readonly struct FilterWithMemory : ITwoGates
    {
        public static string Name => "filter-with-memory";

        public static int FilteredGateCount => 1;

        public void Filter<T>(in UnitStep<T> step)
            where T : struct, ILane<T> => step.SetOutput(step.Sum(0) + T.Broadcast(counter++));
    }

    private readonly struct LongFilter : ITwoGates
    {
        public static string Name => "long-filter";

        public static int FilteredGateCount => 1;

        public void Filter<T>(in UnitStep<T> step)
            where T : struct, ILane<T>
        {
            var sum = step.Sum(0);
            for (var turn = 0; turn < 2000; turn++)
                sum = sum * T.Broadcast(0.5f);
            step.SetOutput(sum);
        }
    }

    private readonly struct FilteredParts : ITwoParts
    {
        public static string Name => "filtered-parts";

        public static int FilteredGateCount => 1;
    }

    private readonly struct FilteredNothing : ITwoGates
    {
        public static string Name => "filtered-nothing";

        public static int FilteredGateCount => 1;

        public static bool HasRecurrentMatrix => false;
    }

    private readonly struct NormalizedWhole : ITwoGates
    {
        public static string Name => "normalized-whole";

        public static bool NormalizesSums => true;
    }

    private readonly struct PartsOfNothing : ITwoParts
    {
        public static string Name => "parts-of-nothing";

        public static bool HasRecurrentMatrix => false;
    }

    private readonly struct ProjectedReader : ITwoGates
    {
        public static string Name => "projected-reader";

        public static bool ProjectsOutput => true;

        public void Step<T>(in UnitStep<T> step)
            where T : struct, ILane<T> => step.SetOutput(step.Sum(0) + step.PreviousOutput);
    }

    private readonly struct ProjectedNothing : ITwoGates
    {
        public static string Name => "projected-nothing";

        public static bool ProjectsOutput => true;

        public static bool HasRecurrentMatrix => false;
    }

    private readonly struct ProjectedHeads : ITwoGates
    {
        public static string Name => "projected-heads";

        public static bool ProjectsOutput => true;

        public int Heads => 2;
    }

    private readonly struct ProjectedFilter : ITwoGates
    {
        public static string Name => "projected-filter";

        public static bool ProjectsOutput => true;

        public static int FilteredGateCount => 1;
    }

    private readonly struct ProjectedFixed : ITwoGates
    {
        public static string Name => "projected-fixed";

        public static bool ProjectsOutput => true;

        public static bool IsFixed => true;
    }

    private readonly record struct Headed(int Count) : ITwoGates
    {
        public static string Name => "heads";

        public int Heads => Count;
    }

    private readonly struct HeadsOfNothing : ITwoGates
    {
        public static string Name => "heads-of-nothing";

        public static bool HasRecurrentMatrix => false;

        public int Heads => 2;
    }

    private readonly struct CountedWeights : ITwoGates
    {
        public static string Name => "counted-weights";

        public static IReadOnlyList<UnitWeight> UnitWeights => [new("peephole", -1, 1)];

        public static int UnitWeightCount => 2;
    }

    private readonly struct UncountedWeights : ITwoGates
    {
        public static string Name => "uncounted-weights";

        public static IReadOnlyList<UnitWeight> UnitWeights => [new("peephole", -1, 1)];
    }

    private readonly struct ManyWeights : ITwoGates
    {
        public static string Name => "many-weights";

        public static IReadOnlyList<UnitWeight> UnitWeights => [.. Enumerable.Range(0, 9).Select(index => new UnitWeight($"weight{index}", -1, 1))];

        public static int UnitWeightCount => 9;
    }

    private readonly struct NamedWeight : ITwoGates
    {
        public static string Name => "named-weight";

        public static IReadOnlyList<UnitWeight> UnitWeights => [new("Peep Hole", -1, 1)];

        public static int UnitWeightCount => 1;
    }

    private readonly struct ReservedWeight : ITwoGates
    {
        public static string Name => "reserved-weight";

        public static IReadOnlyList<UnitWeight> UnitWeights => [new("weight_ih", -1, 1)];

        public static int UnitWeightCount => 1;
    }

    private readonly struct TwinWeights : ITwoGates
    {
        public static string Name => "twin-weights";

        public static IReadOnlyList<UnitWeight> UnitWeights => [new("peephole", -1, 1), new("peephole", 0, 1)];

        public static int UnitWeightCount => 2;
    }

    private readonly struct BackwardRange : ITwoGates
    {
        public static string Name => "backward-range";

        public static IReadOnlyList<UnitWeight> UnitWeights => [new("peephole", 1, -1)];

        public static int UnitWeightCount => 1;
    }

    private readonly struct FarWeight : ITwoGates
    {
        public static string Name => "far-weight";

        public static IReadOnlyList<UnitWeight> UnitWeights => [new("peephole", -1, 1)];

        public static int UnitWeightCount => 1;

        public void Step<T>(in UnitStep<T> step)
            where T : struct, ILane<T> => step.SetOutput(step.Sum(0) * step.UnitWeight(1));
    }

    private readonly struct NamelessGate : ITwoGates
    {
        public static string Name => "nameless-gate";

        public static IReadOnlyList<string> GateNames => ["first", " "];
    }

    private readonly struct NoNames : ITwoGates
    {
        public static string Name => "no-names";

        public static IReadOnlyList<string> GateNames => null!;
    }

    private readonly struct ManyStates : ITwoGates
    {
        public static string Name => "many-states";

        public static int StateCount => 9;
    }
}
