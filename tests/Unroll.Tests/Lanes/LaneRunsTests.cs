using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Unroll.Kernels;

namespace Unroll.Tests.Lanes;

/// <summary>
/// The tests marked with <see cref="Mark"/> once more at every lane width and under every instruction-set switch of the runtime that works,
/// each in a process of its own that first asserts the effect of its variable.
/// </summary>
public sealed class LaneRunsTests
{
    /// <summary>The trait of tests whose results come through the lanes the process chose.</summary>
    public const string Mark = "Lanes";

    /// <summary>Carries to the child what it has to find.</summary>
    private const string Expectation = "UNROLL_TESTS_EXPECTED_LANES";

    /// <summary>Fewer tests in a child than this means that the filter has lost them.</summary>
    private const int FewestTests = 30;

    /// <summary>Name and value of the variable, and what it leaves.</summary>
    public static TheoryData<string, string, string> Settings => new()
    {
        { LaneSelection.Variable, "scalar", "Scalar" },
        { LaneSelection.Variable, "128", "Bits128" },
        { LaneSelection.Variable, "256", "Bits256" },
        { LaneSelection.Variable, "512", "Bits512" },
        { "DOTNET_EnableAVX512", "0", "Avx512F" },
        { "DOTNET_EnableAVX2", "0", "Avx2" },
        { "DOTNET_EnableAVX", "0", "Avx" },
        { "DOTNET_EnableHWIntrinsic", "0", "Vector128" },
    };

    [Theory]
    [MemberData(nameof(Settings))]
    public async Task The_results_stand_with(string variable, string value, string effect)
    {
        Assert.SkipUnless(
            variable != LaneSelection.Variable || LaneSelection.TryParse(value, out _), $"This machine has no lanes of {value} bits.");
        var (exitCode, output) = await ChildSuite.Run(
            [(variable, value), (Expectation, effect)], ["-trait", $"{Mark}=every", "-explicit", "on"], TestContext.Current.CancellationToken);

        Assert.True(exitCode == 0, output);
        Assert.Contains("Failed: 0,", output, StringComparison.Ordinal);
        Assert.True(Total(output) >= FewestTests, output);
    }

    /// <summary>Runs in the children only.</summary>
    [Fact(Explicit = true)]
    [Trait(Mark, "every")]
    public void The_variable_has_its_effect()
    {
        Assert.SkipUnless(ChildSuite.IsChild, "Runs in a child process only.");
        var expected = Environment.GetEnvironmentVariable(Expectation);
        switch (expected)
        {
            case "Avx512F":
                Assert.False(Avx512F.IsSupported || Vector512.IsHardwareAccelerated);
                Assert.NotEqual(LaneWidth.Bits512, LaneSelection.Current);
                break;
            case "Avx2":
                Assert.False(Avx2.IsSupported || Vector256.IsHardwareAccelerated);
                Assert.True(LaneSelection.Current <= LaneWidth.Bits128);
                break;
            case "Avx":
                Assert.False(Avx.IsSupported || Fma.IsSupported);
                Assert.True(LaneSelection.Current <= LaneWidth.Bits128);
                break;
            case "Vector128":
                Assert.False(Sse42.IsSupported || Avx.IsSupported);
                break;
            default:
                Assert.Equal(expected, LaneSelection.Current.ToString());
                break;
        }
    }

    [Fact]
    public async Task An_unknown_width_is_an_error_that_lists_the_allowed_ones()
    {
        var (exitCode, output) = await ChildSuite.Run(
            [(LaneSelection.Variable, "banana"), (Expectation, "Scalar")],
            ["-method", $"{typeof(LaneRunsTests).FullName}.{nameof(The_variable_has_its_effect)}", "-explicit", "on"],
            TestContext.Current.CancellationToken);

        Assert.NotEqual(0, exitCode);
        Assert.Contains("InvalidOperationException", output, StringComparison.Ordinal);
        Assert.Contains($"{LaneSelection.Variable}=banana", output, StringComparison.Ordinal);
        Assert.Contains("scalar, 128", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_width_has_a_name()
    {
        Assert.True(LaneSelection.TryParse("scalar", out var width));
        Assert.Equal(LaneWidth.Scalar, width);
        Assert.Equal(Vector128.IsHardwareAccelerated, LaneSelection.TryParse("128", out _));
        Assert.Equal(Vector256.IsHardwareAccelerated, LaneSelection.TryParse("256", out _));
        Assert.Equal(Vector512.IsHardwareAccelerated, LaneSelection.TryParse("512", out _));
        Assert.True(LaneSelection.TryParse(null, out var widest));
        Assert.Equal(Vector512.IsHardwareAccelerated, widest == LaneWidth.Bits512);
        Assert.All(["Scalar", "0", "64", "1024", " 256", "512 ", "avx2"], text => Assert.False(LaneSelection.TryParse(text, out _)));
    }

    private static int Total(string output)
    {
        const string label = "Total: ";
        var start = output.IndexOf(label, StringComparison.Ordinal) + label.Length;
        return int.Parse(output.AsSpan(start, output.IndexOf(',', start) - start), System.Globalization.CultureInfo.InvariantCulture);
    }
}
