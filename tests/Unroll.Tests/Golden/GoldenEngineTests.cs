using Unroll.Tests.Oracles;
using Unroll.Tests.Recurrence;

namespace Unroll.Tests.Golden;

/// <summary>The engine against libtorch: every output and every gradient of every file.</summary>
[Trait(Lanes.LaneRunsTests.Mark, "every")]
public sealed class GoldenEngineTests
{
    public static TheoryData<string> Files => GoldenFolder.Files();

    [Theory]
    [MemberData(nameof(Files))]
    public void The_engine_agrees_with_libtorch(string name)
    {
        var file = GoldenFolder.Open(name);
        switch (file.Kind)
        {
            case GoldenKind.Recurrent:
                CheckRecurrent(new(file));
                break;
            case GoldenKind.Training:
                TrainingTrajectory.Check(new(file));
                break;
            default:
                GoldenOracleTests.SkipOrFail(file);
                break;
        }
    }

    private static void CheckRecurrent(RecurrentGolden golden)
    {
        var file = golden.File;
        var layer = EngineRun.LayerOf(golden.Weights(), golden.Bidirectional);
        double[] dCn = golden.HasCell ? file.Doubles("dcn") : [];
        var run = EngineRun.Of(layer, golden.Sequence(), (file.Doubles("dy"), file.Doubles("dhn"), dCn));

        Close.Absolute("y", file.Doubles("y"), run.Y);
        Close.Absolute("hn", file.Doubles("hn"), run.Hn);
        if (golden.HasCell)
            Close.Absolute("cn", file.Doubles("cn"), run.Cn);
        Close.Relative("grad.x", file.Doubles("grad.x"), run.DX);
        if (golden.StateIsGiven)
            Close.Relative("grad.h0", file.Doubles("grad.h0"), run.DH0);
        if (golden.StateIsGiven && golden.HasCell)
            Close.Relative("grad.c0", file.Doubles("grad.c0"), run.DC0);
        foreach (var (parameter, gradient) in run.Gradients)
            Close.Relative("grad." + parameter, file.Doubles("grad." + parameter), gradient);
        Assert.Equal(file.Tensors.Count(tensor => tensor.StartsWith("param.", StringComparison.Ordinal)), run.Gradients.Count);
    }
}
