namespace Unroll.Tests.Kernels;

/// <summary>The sweep of <see cref="LaneMathTests"/> over all 2³² values: minutes, so only on demand.</summary>
public sealed class LaneMathEverywhereTests
{
    [Theory(Explicit = true)]
    [MemberData(nameof(LaneMathTests.Cases), MemberType = typeof(LaneMathTests))]
    public void Within_three_units_in_the_last_place_everywhere(LaneMathTests.Function function, int width) =>
        EveryLane.Run(width, new LaneMathTests.Sweep(function, stride: 1));
}
