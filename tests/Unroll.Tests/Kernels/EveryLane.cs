using Unroll.Kernels;

namespace Unroll.Tests.Kernels;

/// <summary>A piece of test that is generic in the lane.</summary>
internal interface ILaneTest
{
    void Run<T>()
        where T : struct, ISimdLane<T>;
}

/// <summary>Runs tests at every lane width; widths the machine lacks run as the platform's software form of the same vectors.</summary>
internal static class EveryLane
{
    public static TheoryData<int> Widths => [.. Enum.GetValues<LaneWidth>().Select(width => (int)width)];

    public static void Run(int width, ILaneTest test)
    {
        switch ((LaneWidth)width)
        {
            case LaneWidth.Scalar:
                test.Run<LanesScalar>();
                break;
            case LaneWidth.Bits128:
                test.Run<Lanes128>();
                break;
            case LaneWidth.Bits256:
                test.Run<Lanes256>();
                break;
            case LaneWidth.Bits512:
                test.Run<Lanes512>();
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(width), width, "No lane has this width.");
        }
    }
}
