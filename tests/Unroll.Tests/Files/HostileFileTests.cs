using Unroll.Files;
using Unroll.Tensors;

namespace Unroll.Tests.Files;

/// <summary>Tests 1 and 2 of the reliability plan for the file format itself; loaders of models and checkpoints run the same engine.</summary>
public sealed class HostileFileTests(ITestOutputHelper output)
{
    /// <summary>A wrong file that still loads is one whose change means nothing: a space, a name, a metadata text. Far fewer than the others.</summary>
    private const double LeastRefused = 0.5;

    public static TheoryData<string> Files => ["model", "foreign", "types"];

    [Theory]
    [MemberData(nameof(Files))]
    public void Mutations_are_refused_in_one_line_or_save_again_bit_for_bit(string file)
    {
        var probe = Probe();
        var count = LoaderProbe.Count / Files.Count;
        output.WriteLine($"{count:N0} mutations of '{file}', {LoaderProbe.SeedVariable}={LoaderProbe.Seed}");

        probe.Mutate(Valid(file), count, LoaderProbe.Seed);

        output.WriteLine($"{probe.Refused:N0} refused, {probe.Accepted:N0} accepted");
        Assert.InRange(probe.Refused, LeastRefused * count, count);
        Assert.NotEqual(0, probe.Accepted);
    }

    [Theory]
    [InlineData("model")]
    [InlineData("types")]
    public void Every_byte_of_the_header_and_every_length_is_tried(string file)
    {
        var valid = Valid(file);

        Probe().ChangeEveryByte(valid, 8 + (int)BitConverter.ToUInt64(valid));
    }

    [Fact]
    public void A_file_on_disk_is_judged_as_one_in_memory()
    {
        const int Count = 500;
        using var folder = new TemporaryFolder();
        var path = folder.File("model.safetensors");
        var mutator = new SafetensorsMutator(Valid("model"), LoaderProbe.Seed);
        output.WriteLine($"{LoaderProbe.SeedVariable}={LoaderProbe.Seed}");
        for (var number = 0; number < Count; number++)
        {
            var bytes = mutator.Mutate(number);
            File.WriteAllBytes(path, bytes);
            Assert.Equal(Judgement(() => SafetensorsFile.Read(bytes, path)), Judgement(() => SafetensorsFile.Read(path)));
        }
    }

    [Fact]
    public void Every_changed_bit_of_the_data_is_found_by_the_hash()
    {
        var valid = Valid("model");
        for (var position = 8 + (int)BitConverter.ToUInt64(valid); position < valid.Length; position++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                valid[position] ^= (byte)(1 << bit);
                var e = Assert.Throws<InvalidDataException>(() => SafetensorsFile.Read(valid, "model.safetensors"));
                Assert.StartsWith("model.safetensors: the data has SHA-256 ", e.Message, StringComparison.Ordinal);
                valid[position] ^= (byte)(1 << bit);
            }
        }
    }

    private static string Judgement(Func<SafetensorsFile> read)
    {
        try
        {
            return Convert.ToHexString(SafetensorsSamples.Copy(read()).ToArray());
        }
        catch (InvalidDataException e)
        {
            return e.Message;
        }
    }

    private static LoaderProbe<SafetensorsFile> Probe() => new(
        bytes => SafetensorsFile.Read(bytes, "model.safetensors"),
        file =>
        {
            var saved = SafetensorsSamples.Copy(file).ToArray();
            SafetensorsSamples.AssertSameContent(file, SafetensorsFile.Read(saved, "again"));
            return saved;
        });

    private static byte[] Valid(string file)
    {
        var writer = new SafetensorsWriter();
        switch (file)
        {
            case "foreign":
                return File.ReadAllBytes(Path.Join(SafetensorsSamples.GoldenFolder, "rnn_minimal.safetensors"));
            case "types":
                foreach (var type in Enum.GetValues<SafetensorsType>())
                    writer.Add(SafetensorsFormat.NameOf(type), type, [1, 3], new byte[3 * SafetensorsFormat.SizeOf(type)]);
                writer.Add("scalar", new Shape(), [1f]);
                writer.Add("empty", new Shape(0, 4), ReadOnlySpan<float>.Empty);
                break;
            default:
                writer.Metadata["unroll.model"] = """{"kind":"language","version":1,"cell":"lstm","hiddenSize":4,"layers":1}""";
                writer.Metadata["unroll.vocabulary"] = """{"kind":"char","characters":"\n abcü\"\\"}""";
                writer.Add("rnn.weight_ih_l0", new Shape(16, 3), new float[48]);
                writer.Add("rnn.weight_hh_l0", new Shape(16, 4), new float[64]);
                writer.Add("rnn.bias_ih_l0", new Shape(16), new float[16]);
                writer.Add("unroll.position", new Shape(2), [1L, 2L]);
                break;
        }

        return writer.ToArray();
    }
}
