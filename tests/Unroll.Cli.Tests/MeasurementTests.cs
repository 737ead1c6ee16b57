using Unroll.Cli.Measurement;

namespace Unroll.Cli.Tests;

/// <summary>What <c>unroll bench</c> and the benchmarks measure with.</summary>
public sealed class MeasurementTests
{
    [Theory]
    [InlineData("AMD EPYC", 25, 1, 256, "amd-epyc-family25-model1-256bit")]
    [InlineData("AMD EPYC 7763 64-Core Processor", 25, 1, 256, "amd-epyc-7763-family25-model1-256bit")]
    [InlineData("AMD Ryzen 7 7840U w/ Radeon 780M Graphics", 25, 116, 512, "amd-ryzen-7-7840u-w-radeon-780m-graphics-family25-model116-512bit")]
    [InlineData("Intel(R) Xeon(R) Platinum 8370C CPU @ 2.80GHz", 6, 106, 512, "intel-xeon-platinum-8370c-family6-model106-512bit")]
    [InlineData("11th Gen Intel(R) Core(TM) i7-1165G7 @ 2.80GHz", 6, 140, 512, "11th-gen-intel-core-i7-1165g7-family6-model140-512bit")]
    [InlineData("Arm64", null, null, 128, "arm64-128bit")]
    public void A_folder_name_tells_kinds_of_processors_apart(string name, int? family, int? model, int bits, string folder) =>
        Assert.Equal(folder, new Processor(name, family, model, bits).FolderName());

    // Signatures as the makers publish them: AMD Zen 2, Zen 3 and Zen 4 (family 23 and 25), Intel Ice Lake SP, Intel Pentium III (family 6, model 8).
    [Theory]
    [InlineData(0x00830F10, 23, 49)]
    [InlineData(0x00A00F11, 25, 1)]
    [InlineData(0x00A10F11, 25, 17)]
    [InlineData(0x000606A6, 6, 106)]
    [InlineData(0x00000683, 6, 8)]
    public void Family_and_model_come_from_the_signature(int signature, int family, int model) =>
        Assert.Equal((family, model), Processor.Signature(signature));

    [Fact]
    public void This_processor_is_the_one_that_the_system_names()
    {
        const string Path = "/proc/cpuinfo";
        Assert.SkipUnless(File.Exists(Path) && System.Runtime.Intrinsics.X86.X86Base.IsSupported, "Only Linux on x86 says it in a file.");
        string? Field(string name) => File.ReadLines(Path).FirstOrDefault(line => line.Split(':')[0].Trim() == name)?.Split(':')[1].Trim();

        var processor = Processor.Current();

        Assert.Equal(Field("model name"), processor.Name);
        Assert.Equal(Field("cpu family"), processor.Family?.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(Field("model"), processor.Model?.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData(new[] { 3.0 }, 3.0, 3.0)]
    [InlineData(new[] { 5.0, 1.0, 2.0 }, 2.0, 1.0)]
    [InlineData(new[] { 4.0, 1.0, 3.0, 9.0 }, 3.5, 1.0)]
    public void A_timing_has_the_median_and_the_fastest_round(double[] seconds, double median, double minimum) =>
        Assert.Equal(new Timing(median, minimum, seconds.Length), Timing.Of(seconds));

    [Fact]
    public void A_block_repeats_short_work_and_counts_what_it_repeats()
    {
        var runs = 0;
        var block = TimedBlock.Calibrate(() => runs++);
        var before = runs;

        Assert.True(block.SecondsOfOne() > 0);
        Assert.True(runs - before > 1_000, $"A block of nothing but a count ran {runs - before} times.");
        Assert.Equal(1, block.Measure(TimeSpan.Zero).Rounds);
    }

    [Fact]
    public void The_peak_of_some_threads_is_their_share_of_all_cores()
    {
        var roofline = new Roofline(LaneCount: 8, OneCore: 100, AllCores: 320, CoreCount: 4);

        Assert.Equal([100, 160, 240, 320, 320], new[] { 1, 2, 3, 4, 8 }.Select(roofline.Of));
    }
}
