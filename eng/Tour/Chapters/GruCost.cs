using System.Diagnostics;
using System.Globalization;
using Unroll.Cells;
using Unroll.Layers;
using Unroll.Tensors;

namespace Tour.Chapters;

/// <summary>Chapter 9: what a GRU costs beside an LSTM of the same size.</summary>
internal sealed class GruCost : IChapter
{
    private const int InputSize = 64;
    private const int HiddenSize = 256;
    private const int BatchSize = 32;
    private const int TimeSteps = 100;
    private const int Rounds = 15;

    /// <inheritdoc/>
    public int Number => 9;

    /// <inheritdoc/>
    public string Page => "09-gru.md";

    /// <inheritdoc/>
    public void Make(TourPage page)
    {
        Cell[] cells = [Cell.Lstm, Cell.Gru, Cell.GruResetBefore];
        var work = cells.Select(cell => new Work(cell)).ToList();
        // In turns, so that whatever else the machine does meets all alike; the median forgets it.
        var (training, steps) = (cells.Select(_ => new List<double>()).ToList(), cells.Select(_ => new List<double>()).ToList());
        for (var round = 0; round < Rounds; round++)
        {
            for (var index = 0; index < work.Count; index++)
            {
                training[index].Add(work[index].TrainingMilliseconds());
                steps[index].Add(work[index].StepMicroseconds());
            }
        }

        var table = new MarkdownTable("cell", ">parameters", ">values of state", ">forward and backward, ms", ">one streamed step, µs");
        for (var index = 0; index < cells.Length; index++)
        {
            table.Add(
                cells[index].Name, cells[index].ParameterCount(InputSize, HiddenSize).ToString("N0", CultureInfo.InvariantCulture),
                (HiddenSize * (1 + cells[index].StateCount)).ToString(CultureInfo.InvariantCulture), Ratio(training, index), Ratio(steps, index));
        }

        page.Write("cost", table.ToString());
    }

    private static string Ratio(List<List<double>> figures, int index)
    {
        double Median(int which) => figures[which].Order().ElementAt(Rounds / 2);
        var times = index == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" ({Median(index) / Median(0):F2} of the LSTM)");
        return string.Create(CultureInfo.InvariantCulture, $"{Median(index):F1}{times}");
    }

    private sealed class Work
    {
        private const int Steps = 500;

        private readonly Recurrent layer;
        private readonly RecurrentStream stream;
        private readonly Tape tape = new();
        private readonly Tensor input = new(new(TimeSteps, BatchSize, InputSize));
        private readonly float[] seed = new float[TimeSteps * BatchSize * HiddenSize];

        public Work(Cell cell)
        {
            layer = new(cell, InputSize, HiddenSize);
            var random = new CounterRandom(seed: 1);
            foreach (var parameter in layer.Parameters)
                Initializer.TorchUniform(parameter, HiddenSize, ref random);
            foreach (ref var value in input.Values)
                value = random.NextSingle() - 0.5f;
            Array.Fill(seed, 0.01f);
            stream = layer.OpenStream();
            TrainingMilliseconds();
            StepMicroseconds();
        }

        public double TrainingMilliseconds()
        {
            var clock = Stopwatch.StartNew();
            foreach (var parameter in layer.Parameters)
            {
                parameter.ClearGradient();
                parameter.MarkChanged();
            }

            tape.Reset();
            layer.Forward(tape, input).Output.SeedGradient(seed);
            tape.Backward();
            return clock.Elapsed.TotalMilliseconds;
        }

        public double StepMicroseconds()
        {
            var clock = Stopwatch.StartNew();
            for (var step = 0; step < Steps; step++)
                stream.Step(input.Values[..InputSize]);
            return clock.Elapsed.TotalMicroseconds / Steps;
        }
    }
}
