using Unroll.Cells;
using Unroll.Layers;
using Unroll.Tensors;
using Unroll.Tests.Layers;
using Unroll.Tests.Oracles;

namespace Unroll.Tests.Recurrence;

/// <summary>A pass under a memory budget computes gates again instead of keeping them: the same bits, and no more bytes than it may.</summary>
public sealed class MemoryBudgetTests
{
    // So many rows that they are several segments of the least size.
    private const int TimeSteps = 90;
    private const int BatchSize = 24;
    private const int InputSize = 19;
    private const int HiddenSize = 37;

    [Theory]
    [MemberData(nameof(TestCells.All), MemberType = typeof(TestCells))]
    public void Gives_the_gradients_of_a_pass_without_one_bit_for_bit(Cell cell)
    {
        CheckBudgets(cell, bidirectional: false, mixed: false);
        CheckBudgets(cell, bidirectional: false, mixed: true);
        CheckBudgets(cell, bidirectional: true, mixed: false);
        CheckBudgets(cell, bidirectional: true, mixed: true);
    }

    /// <summary>A segment that is computed again has the masks it had.</summary>
    [Theory]
    [MemberData(nameof(TestCells.All), MemberType = typeof(TestCells))]
    public void So_does_one_with_recurrent_dropout_and_zoneout(Cell cell)
    {
        if (cell.IsFixed)
            return;
        CheckBudgets(cell, bidirectional: false, mixed: false, isRegularized: true);
        CheckBudgets(cell, bidirectional: true, mixed: true, isRegularized: true);
    }

    private static void CheckBudgets(Cell cell, bool bidirectional, bool mixed, bool isRegularized = false)
    {
        var lengths = mixed ? Enumerable.Range(0, BatchSize).Select(row => 1 + (row * 53 % TimeSteps)).ToArray() : [];
        var layer = Layer(cell, bidirectional, isRegularized);
        var tape = new Tape();
        var whole = Run(layer, tape, lengths);
        var needed = tape.MemoryInBytes;

        var frugal = new Tape { MemoryBudget = needed - 1 };
        Check(whole, Run(layer, frugal, lengths));
        var least = frugal.MemoryInBytes;
        Assert.True(least < needed, $"{least} bytes with as little as possible; {needed} without a budget");

        foreach (var budget in new[] { least, (least + needed) / 2, needed })
        {
            frugal = new Tape { MemoryBudget = budget };
            for (var pass = 0; pass < 3; pass++)
            {
                Check(whole, Run(layer, frugal, lengths));
                Assert.InRange(frugal.MemoryInBytes, 1, budget);
            }
        }
    }

    [Fact]
    public void One_row_is_recomputed_as_well()
    {
        var layer = Layer(Cell.Lstm, bidirectional: false);
        var whole = Run(layer, new Tape(), [], timeSteps: 2000, batchSize: 1);
        var tape = new Tape { MemoryBudget = long.MaxValue };
        var frugal = Run(layer, tape, [], timeSteps: 2000, batchSize: 1);
        Check(whole, frugal);
        var kept = tape.MemoryInBytes;
        Run(layer, tape, [], timeSteps: 2000, batchSize: 1);
        Assert.True(kept < tape.MemoryInBytes, "the first pass keeps as little as it can, the second all there is room for");
    }

    [Fact]
    public void A_budget_below_the_least_is_refused_with_the_least()
    {
        var layer = Layer(Cell.Gru, bidirectional: false);
        var tape = new Tape { MemoryBudget = 1000 };
        var failure = Assert.Throws<MemoryBudgetException>(() => Run(layer, tape, []));
        Assert.Contains("MemoryBudget is 1,000 bytes; this pass needs at least", failure.Message, StringComparison.Ordinal);
        Assert.Equal((1000, tape.MemoryInBytes), (failure.Budget, failure.Needed));
        Run(layer, new Tape { MemoryBudget = failure.Needed }, []);
        Assert.Throws<MemoryBudgetException>(() => Run(layer, new Tape { MemoryBudget = failure.Needed - 1 }, []));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Tape { MemoryBudget = 0 });
    }

    private static Recurrent Layer(Cell cell, bool bidirectional, bool isRegularized = false)
    {
        var options = new RecurrentOptions { Layers = 2, Bidirectional = bidirectional };
        if (isRegularized)
        {
            options = options with
            {
                RecurrentDropout = cell.HasRecurrentMatrix ? 0.4f : 0,
                ZoneoutOutput = 0.2f,
                ZoneoutState = cell.ZoneoutStateCount > 0 ? 0.3f : 0,
            };
        }

        var layer = new Recurrent(cell, InputSize, HiddenSize, options);
        var stream = 0UL;
        foreach (var parameter in layer.Parameters)
        {
            var random = new CounterRandom(5, stream++);
            Initializer.TorchUniform(parameter, HiddenSize, ref random);
        }

        return layer;
    }

    private static Dictionary<string, float[]> Run(Recurrent layer, Tape tape, int[] lengths, int timeSteps = TimeSteps, int batchSize = BatchSize)
    {
        tape.Reset();
        foreach (var parameter in layer.Parameters)
            parameter.ClearGradient();
        var random = new Random(3);
        var values = Enumerable.Range(0, timeSteps * batchSize * InputSize).Select(_ => (random.NextSingle() * 2) - 1).ToArray();
        var input = Tensor.FromArray(values, new(timeSteps, batchSize, InputSize), requiresGradient: true);
        var initial = layer.CreateState(batchSize);
        initial.Hidden.RequiresGradient = true;
        var output = layer.Forward(tape, input, initial, lengths, new DropoutKey(1, 2)).Output;
        output.SeedGradient(Enumerable.Range(0, output.Length).Select(_ => (random.NextSingle() * 2) - 1).ToArray());
        tape.Backward();
        var results = layer.Parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Gradient.ToArray());
        results["output"] = output.Values.ToArray();
        results["input"] = input.Gradient.ToArray();
        results["initial"] = initial.Hidden.Gradient.ToArray();
        return results;
    }

    private static void Check(Dictionary<string, float[]> expected, Dictionary<string, float[]> actual)
    {
        foreach (var (name, values) in expected)
            Close.Bits(name, values, actual[name]);
    }
}
