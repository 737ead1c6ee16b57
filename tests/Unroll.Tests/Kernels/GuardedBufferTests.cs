using Unroll.Kernels;
using Unroll.Tests.Lanes;
using Unroll.Tests.Oracles;

namespace Unroll.Tests.Kernels;

/// <summary>The guards themselves: kernels with a planted mistake are caught.</summary>
public sealed class GuardedBufferTests
{
    private const int Length = 70;

    private static string Here => typeof(GuardedBufferTests).FullName!;

    [Theory]
    [InlineData(nameof(Planted_read_behind_the_end))]
    [InlineData(nameof(Planted_write_behind_the_end))]
    [InlineData(nameof(Planted_read_before_the_start))]
    public async Task A_planted_overrun_ends_the_process(string planted)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Guard pages are made with Linux calls.");
        var (exitCode, output) = await ChildSuite.Run([], ["-explicit", "only", "-method", $"{Here}.{planted}"], TestContext.Current.CancellationToken);

        Assert.NotEqual(0, exitCode);
        Assert.Contains("AccessViolationException", output, StringComparison.Ordinal);
        Assert.Contains(nameof(OverrunningKernel), output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_kernel_within_its_bounds_lives()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Guard pages are made with Linux calls.");
        var (exitCode, output) = await ChildSuite.Run(
            [], ["-explicit", "only", "-method", $"{Here}.{nameof(No_planted_mistake)}"], TestContext.Current.CancellationToken);

        Assert.True(exitCode == 0, output);
        Assert.Contains("Total: 1,", output, StringComparison.Ordinal);
    }

    [Fact(Explicit = true)]
    public void Planted_read_behind_the_end() => Run(first: 0, reads: Length + 1, writes: Length);

    [Fact(Explicit = true)]
    public void Planted_write_behind_the_end() => Run(first: 0, reads: Length, writes: Length + 1);

    [Fact(Explicit = true)]
    public void Planted_read_before_the_start() => Run(first: -1, reads: Length, writes: Length, guardBefore: true);

    [Fact(Explicit = true)]
    public void No_planted_mistake() => Run(first: 0, reads: Length, writes: Length);

    [Theory]
    [InlineData(-1)]
    [InlineData(Length)]
    public void A_canary_tells_where_a_stray_write_went(int place)
    {
        var buffer = new CanaryBuffer(Length, offset: 3);
        buffer.Check("untouched");
        var pointer = buffer.Pointer;
        pointer[place] = 1;

        var failure = Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => buffer.Check("planted"));
        Assert.Contains($"at {place};", failure.Message, StringComparison.Ordinal);
    }

    private static void Run(int first, int reads, int writes, bool guardBefore = false)
    {
        using var source = new GuardedBuffer(Length, guardBefore);
        using var target = new GuardedBuffer(Length, guardBefore);
        OverrunningKernel(source.Pointer, first, reads, target.Pointer, writes);
        Close.Bits("copy", source.Span, target.Span);
    }

    private static void OverrunningKernel(Floats source, int first, int reads, Floats target, int writes)
    {
        var last = 0f;
        for (var index = first; index < Math.Max(reads, writes); index++)
        {
            if (index < reads)
                last = source[index];
            if (index >= 0 && index < writes)
                target[index] = last;
        }
    }
}
