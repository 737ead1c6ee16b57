using System.Security.Cryptography;
using CsCheck;
using Unroll.Files;
using Unroll.Tensors;

namespace Unroll.Tests.Files;

public sealed class SafetensorsRoundTripTests
{
    [Fact]
    public void Every_bit_of_a_float_survives_NaN_payloads_included()
    {
        uint[] bits = [0x7FC0_0001, 0xFF80_0001, 0x7F80_0000, 0x8000_0000, 0x0000_0001, 0x3F80_0000];
        var values = bits.Select(BitConverter.UInt32BitsToSingle).ToArray();
        var writer = new SafetensorsWriter();
        writer.Add("weights", new Shape(2, 3), values);

        var tensor = SafetensorsFile.Read(writer.ToArray(), "memory").Require("weights", new Shape(2, 3));

        Assert.Equal(SafetensorsType.F32, tensor.Type);
        Assert.Equal(bits, tensor.ToSingleArray().Select(BitConverter.SingleToUInt32Bits));
    }

    [Fact]
    public void Any_tensors_and_metadata_come_back_as_they_were()
    {
        Content.Sample(
            content =>
            {
                var bytes = Write(content.Tensors, content.Metadata).ToArray();
                var file = SafetensorsFile.Read(bytes, "memory");
                Assert.Equal(content.Metadata.OrderBy(pair => pair.Key), file.Metadata.OrderBy(pair => pair.Key));
                Assert.Equal(content.Tensors.Length, file.Tensors.Count);
                foreach (var (name, type, shape, data) in content.Tensors)
                {
                    var tensor = file.Require(name);
                    Assert.Equal(type, tensor.Type);
                    Assert.Equal(shape, tensor.Shape);
                    Assert.True(tensor.Bytes.SequenceEqual(data));
                }

                Assert.Equal(bytes, SafetensorsSamples.Copy(file).ToArray());
            },
            iter: 2000);
    }

    [Fact]
    public void The_order_in_which_content_is_added_leaves_no_trace()
    {
        Content.Sample(
            content =>
            {
                var forward = Write(content.Tensors, content.Metadata).ToArray();
                var backward = Write([.. content.Tensors.Reverse()], content.Metadata.Reverse().ToDictionary()).ToArray();
                Assert.Equal(forward, backward);
            },
            iter: 500);
    }

    [Fact]
    public void Data_is_aligned_and_its_hash_is_in_the_metadata()
    {
        var writer = new SafetensorsWriter();
        writer.Add("a", new Shape(3), [1, 2, 3]);
        writer.Add("b", new Shape(2), [1.5f, 2.5f]);
        writer.Add("c", new Shape(1), [2.5]);
        var bytes = writer.ToArray();
        var dataStart = 8 + (int)BitConverter.ToUInt64(bytes);

        var file = SafetensorsFile.Read(bytes, "memory");

        Assert.Equal(0, dataStart % 8);
        Assert.Equal(["c", "a", "b"], file.Tensors.Select(tensor => tensor.Name));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes.AsSpan(dataStart))), file.Sha256);
        Assert.False(file.Metadata.ContainsKey("sha256"));
    }

    [Fact]
    public void Golden_files_of_libtorch_read_and_rewrite_without_a_change_of_content()
    {
        var paths = Directory.GetFiles(SafetensorsSamples.GoldenFolder, "*.safetensors");
        Assert.NotEmpty(paths);
        foreach (var path in paths)
        {
            var file = SafetensorsFile.Read(path);
            var again = SafetensorsFile.Read(SafetensorsSamples.Copy(file).ToArray(), "memory");
            SafetensorsSamples.AssertSameContent(file, again);
            Assert.Null(file.Sha256);
            Assert.All(file.Tensors, tensor => Assert.Contains(tensor.Type, new[] { SafetensorsType.F32, SafetensorsType.I64 }));
        }
    }

    [Fact]
    public void A_file_on_disk_reads_as_it_does_from_memory()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("model.safetensors");
        var writer = Write([("x", SafetensorsType.I32, [2], [1, 0, 0, 0, 2, 0, 0, 0])], new() { ["kind"] = "test" });

        writer.Save(path);

        Assert.Equal(writer.ToArray(), File.ReadAllBytes(path));
        SafetensorsSamples.AssertSameContent(SafetensorsFile.Read(writer.ToArray(), "memory"), SafetensorsFile.Read(path));
        using var stream = new MemoryStream();
        writer.WriteTo(stream);
        Assert.Equal(writer.ToArray(), stream.ToArray());
    }

    private static SafetensorsWriter Write(
        (string Name, SafetensorsType Type, long[] Shape, byte[] Data)[] tensors, Dictionary<string, string> metadata)
    {
        var writer = new SafetensorsWriter();
        foreach (var (name, type, shape, data) in tensors)
            writer.Add(name, type, shape, data);
        foreach (var (key, text) in metadata)
            writer.Metadata.Add(key, text);
        return writer;
    }

    private static readonly Gen<string> Text =
        Gen.OneOf(Gen.Char['a', 'z'], Gen.Char['\0', '\uD7FF']).Array[0, 12].Select(chars => new string(chars));

    private static readonly Gen<(SafetensorsType Type, long[] Shape, byte[] Data)> TensorContent =
        from type in Gen.Enum<SafetensorsType>()
        from shape in Gen.Long[0, 4].Array[0, 5]
        from data in Gen.Byte.Array[(int)(SafetensorsFormat.SizeOf(type) * shape.Aggregate(1L, (product, size) => product * size))]
        select (type, shape, data);

    private static readonly Gen<((string Name, SafetensorsType Type, long[] Shape, byte[] Data)[] Tensors, Dictionary<string, string> Metadata)> Content =
        from tensors in Gen.Dictionary(Text.Where(name => name.Length > 0), TensorContent)[0, 8]
        from metadata in Gen.Dictionary(Text, Text)[0, 4]
        select (tensors.Select(pair => (pair.Key, pair.Value.Type, pair.Value.Shape, pair.Value.Data)).ToArray(), metadata);
}
