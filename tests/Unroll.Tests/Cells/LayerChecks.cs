using Unroll.Cells;
using Unroll.Kernels;
using Unroll.Layers;
using Unroll.Tensors;
using Unroll.Tests.Oracles;

namespace Unroll.Tests.Cells;

/// <summary>What holds for a layer of any cell.</summary>
internal static class LayerChecks
{
    private const double Step = 1e-5;

    /// <summary>A layer of a cell against the cell's own step in double precision.</summary>
    public static void CompareWithOracle<TCell>(TCell cell, int hiddenSize, int timeSteps, int batchSize)
        where TCell : struct, ICell
    {
        var random = new Random(hiddenSize);
        var layer = Filled(new Recurrent<TCell>(inputSize: 3, hiddenSize, cell: cell), random);
        CompareWithOracle(layer, new CustomOracle<TCell>(cell, layer, timeSteps, batchSize, random), timeSteps);
    }

    /// <summary>Outputs and states against those of double precision, and all gradients against differences of its loss.</summary>
    /// <param name="layer">A layer of the cell.</param>
    /// <param name="oracle">The same layer in double precision.</param>
    /// <param name="timeSteps">T.</param>
    /// <param name="isStart">Whether the states are those at the start of a sequence, where nothing is derived by them.</param>
    /// <param name="dropout">What names masks, or null.</param>
    public static void CompareWithOracle<TCell>(
        Recurrent layer, CustomOracle<TCell> oracle, int timeSteps, bool isStart = false, DropoutKey? dropout = null)
        where TCell : struct, ICell
    {
        if (isStart)
            Array.ForEach([oracle.H0, oracle.C0], Array.Clear);
        var tape = new Tape(recording: true);
        var (x, h0) = (oracle.TensorOf(oracle.X, timeSteps), oracle.TensorOf(oracle.H0, 1));
        var c0 = TCell.StateCount > 0 ? oracle.TensorOf(oracle.C0, 1) : null;
        var output = layer.Forward(tape, x, new(h0, c0), dropout: dropout);
        Close.Absolute("y", oracle.Forward().Y, output.Output.Values);
        Close.Absolute("states", oracle.Forward().States, output.FinalCell is { } states ? states.Values : []);
        output.Output.SeedGradient(RandomValues.ToSingle(oracle.DY));
        output.FinalCell?.SeedGradient(RandomValues.ToSingle(oracle.DStates));
        tape.Backward();

        foreach (var (name, values, gradient) in oracle.Named(layer, x, h0, c0))
        {
            if (isStart && name is "h0" or "c0")
                continue;
            var expected = new double[values.Length];
            for (var index = 0; index < values.Length; index++)
            {
                var before = values[index];
                values[index] = before + Step;
                var up = oracle.Loss();
                values[index] = before - Step;
                expected[index] = (up - oracle.Loss()) / (2 * Step);
                values[index] = before;
            }

            Close.Gradients(name, expected, gradient);
        }
    }

    /// <summary>Streams alone, streams in a batch and the whole sequence give the same bits; a copied state goes on with them.</summary>
    public static void CompareStreams<TCell>(TCell cell, RecurrentOptions? options = null)
        where TCell : struct, ICell => CompareStreams(Cell.Of(cell), options);

    /// <summary>The same for a cell as a value.</summary>
    public static void CompareStreams(Cell cell, RecurrentOptions? options = null)
    {
        const int Times = 5, Rows = 20, Inputs = 4, Units = 42;
        var random = new Random(3);
        var layer = Filled(new Recurrent(cell, Inputs, Units, (options ?? new()) with { Layers = 2 }), random);

        var width = layer.OutputSize;
        var x = RandomValues.Singles(random, Times * Rows * Inputs);
        var whole = layer.Forward(new Tape(recording: false), Tensor.FromArray(x, new(Times, Rows, Inputs)));
        var alone = Enumerable.Range(0, Rows).Select(_ => layer.OpenStream()).ToArray();
        var together = Enumerable.Range(0, Rows).Select(_ => layer.OpenStream()).ToArray();
        var (batch, outputs) = (layer.OpenStreamBatch(), new float[Rows * width]);
        for (var time = 0; time < Times; time++)
        {
            var inputs = x.AsSpan(time * Rows * Inputs, Rows * Inputs);
            batch.Step(together, inputs, outputs);
            for (var row = 0; row < Rows; row++)
            {
                var expected = whole.Output.Values.Slice(((time * Rows) + row) * width, width);
                Close.Bits($"stream {row}, step {time}", expected, alone[row].Step(inputs.Slice(row * Inputs, Inputs)));
                Close.Bits($"batch row {row}, step {time}", expected, outputs.AsSpan(row * width, width));
            }
        }

        var state = layer.CreateState(batchSize: 1);
        alone[7].CopyStateTo(state);
        var copy = layer.OpenStream();
        copy.SetState(state);
        var next = x.AsSpan(0, Inputs);
        Close.Bits("a copied state goes on", alone[7].Step(next), copy.Step(next));
    }

    /// <summary>Gradients do not depend on the threads, nor on whether some of the gates are computed again.</summary>
    public static void CompareBudgets<TCell>(int batchSize, int timeSteps)
        where TCell : struct, ICell
    {
        const int Inputs = 20, Units = 90;
        var before = Parallelism.ThreadCount;
        try
        {
            var memory = 0L;
            float[][] Gradients(int threads, long? budget)
            {
                Parallelism.ThreadCount = threads;
                var random = new Random(4);
                var layer = Filled(new Recurrent<TCell>(Inputs, Units), random);
                var x = Tensor.FromArray(RandomValues.Singles(random, timeSteps * batchSize * Inputs), new(timeSteps, batchSize, Inputs));
                var seeds = RandomValues.Singles(random, timeSteps * batchSize * layer.OutputSize);
                var tape = new Tape(recording: true) { MemoryBudget = budget };
                for (var pass = 0; pass < 3; pass++)
                {
                    foreach (var parameter in layer.Parameters)
                        parameter.ClearGradient();
                    layer.Forward(tape, x).Output.SeedGradient(seeds);
                    tape.Backward();
                    memory = tape.MemoryInBytes;
                    tape.Reset();
                }

                return [.. layer.Parameters.Select(parameter => parameter.Gradient.ToArray())];
            }

            var expected = Gradients(threads: 1, budget: null);
            foreach (var actual in new[] { Gradients(threads: 2, budget: null), Gradients(threads: 2, budget: memory * 9 / 10) })
            {
                foreach (var (one, other) in expected.Zip(actual))
                    Close.Bits("gradient", one, other);
            }
        }
        finally
        {
            Parallelism.ThreadCount = before;
        }
    }

    /// <summary>The layer with parameters from −1 to 1.</summary>
    public static TLayer Filled<TLayer>(TLayer layer, Random random)
        where TLayer : Recurrent
    {
        foreach (var parameter in layer.Parameters)
        {
            RandomValues.Singles(random, parameter.Length).CopyTo(parameter.Values);
            parameter.MarkChanged();
        }

        return layer;
    }
}
