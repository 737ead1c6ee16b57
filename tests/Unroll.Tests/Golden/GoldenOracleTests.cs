using Unroll.Tests.Oracles;

namespace Unroll.Tests.Golden;

/// <summary>The double-precision oracle against libtorch: what the engine is compared with is itself right.</summary>
public sealed class GoldenOracleTests
{
    /// <summary>
    /// Weights after 30 updates, relative to the largest of the tensor. Adam divides by the root of a running mean square, so that a
    /// gradient near zero passes its float32 rounding on, magnified.
    /// </summary>
    internal const double WeightTolerance = 1e-4;

    public static TheoryData<string> Files => GoldenFolder.Files();

    [Fact]
    public void The_fixtures_hold_every_kind_of_cell_and_training_runs()
    {
        var files = Directory.GetFiles(GoldenFolder.Fixtures, "*.safetensors").Select(path => new GoldenFile(path)).ToArray();
        var recurrent = files.Where(file => file.Kind == GoldenKind.Recurrent).ToArray();

        Assert.Equal(19, recurrent.Length);
        Assert.Equal(6, files.Count(file => file.Kind == GoldenKind.Training));
        Assert.Equal(Enum.GetValues<OracleCell>().Order(), recurrent.Select(file => file.Cell).Distinct().Order());
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void The_oracle_agrees_with_libtorch(string name)
    {
        var file = GoldenFolder.Open(name);
        switch (file.Kind)
        {
            case GoldenKind.Recurrent:
                CheckRecurrent(new(file));
                break;
            case GoldenKind.Training:
                CheckTraining(new(file));
                break;
            default:
                SkipOrFail(file);
                break;
        }
    }

    internal static void SkipOrFail(GoldenFile file)
    {
        if (file.Kind is GoldenKind.ConnectionistTemporalClassification or GoldenKind.Convolution)
            Assert.Skip($"{file.Name}: {file.Kind} is not yet supported by the library.");
        Assert.Fail($"{file.Name}: the metadata names no kind of golden vectors this test knows.");
    }

    private static void CheckRecurrent(RecurrentGolden golden)
    {
        var file = golden.File;
        var sequence = golden.Sequence();
        var oracle = new RecurrentOracle(golden.Weights(), golden.Bidirectional);
        var forward = oracle.Forward(sequence);
        double[] dCn = golden.HasCell ? file.Doubles("dcn") : [];
        var gradients = oracle.Backward(sequence, file.Doubles("dy"), file.Doubles("dhn"), dCn);

        Close.Absolute("y", file.Doubles("y"), forward.Y);
        Close.Absolute("hn", file.Doubles("hn"), forward.Hn);
        if (golden.HasCell)
            Close.Absolute("cn", file.Doubles("cn"), forward.Cn);
        Close.Relative("grad.x", file.Doubles("grad.x"), gradients.X);
        if (golden.StateIsGiven)
            Close.Relative("grad.h0", file.Doubles("grad.h0"), gradients.H0);
        if (golden.StateIsGiven && golden.HasCell)
            Close.Relative("grad.c0", file.Doubles("grad.c0"), gradients.C0);
        for (var index = 0; index < gradients.Weights.Length; index++)
        {
            foreach (var (name, values) in gradients.Weights[index].Named())
            {
                var full = $"grad.{name}{RecurrentOracle.Suffix(index, golden.Bidirectional)}";
                Close.Relative(full, file.Doubles(full), values);
            }
        }
    }

    private static void CheckTraining(TrainingGolden golden)
    {
        var (ids, targets) = (golden.File.Integers("ids"), golden.File.Integers("targets"));
        var window = golden.TimeSteps * golden.BatchSize;
        var (losses, norms) = (new double[golden.Updates], new double[golden.Updates]);
        var oracle = new TrainingOracle(golden);
        for (var update = 0; update < golden.Updates; update++)
        {
            var range = (update * window)..((update + 1) * window);
            (losses[update], norms[update]) = oracle.Update(update, ids[range], targets[range]);
        }

        Close.Absolute("losses", golden.File.Doubles("losses"), losses, Close.LossTolerance);
        Close.Relative("grad_norms", golden.File.Doubles("grad_norms"), norms);
        foreach (var (name, values) in oracle.Parameters)
            Close.Relative("final." + name, golden.File.Doubles("final." + name), values, WeightTolerance);
    }
}
