using System.Text;
using Unroll.Files;
using Unroll.Tensors;

namespace Unroll.Tests.Files;

/// <summary>What users of a file see: values, conversions, and messages that say what is wrong and what to do.</summary>
public sealed class SafetensorsFileTests
{
    [Fact]
    public void A_wrong_shape_is_told_with_both_shapes_and_who_needs_it()
    {
        var file = Read(writer => writer.Add("rnn.weight_hh_l0", new Shape(96, 32), new float[96 * 32]));

        var e = Assert.Throws<InvalidDataException>(
            () => file.Require("rnn.weight_hh_l0", new Shape(128, 32), "this LSTM", "4 · hiddenSize, hiddenSize"));

        Assert.Equal(
            "model.safetensors: tensor 'rnn.weight_hh_l0' has shape [96, 32]; this LSTM needs [128, 32] (4 · hiddenSize, hiddenSize).", e.Message);
        Assert.Throws<InvalidDataException>(() => file.Require("rnn.weight_hh_l0", new Shape(96)));
        Assert.Same(file.Tensors[0], file.Require("rnn.weight_hh_l0", new Shape(96, 32)));
    }

    [Fact]
    public void What_is_missing_is_named()
    {
        var file = Read(writer => writer.Add("weight", new Shape(1), [1f]));

        Assert.Contains("tensor 'bias' is missing; the file has 'weight'", Refused(() => file.Require("bias")), StringComparison.Ordinal);
        Assert.Contains("no 'unroll.kind'", Refused(() => file.RequireMetadata("unroll.kind")), StringComparison.Ordinal);
        Assert.False(file.TryGet("bias", out _));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(17)]
    [InlineData(66)]
    public void A_value_that_is_not_finite_is_named_with_its_index(int index)
    {
        foreach (var value in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity })
        {
            var doubles = new double[67];
            doubles[index] = value;
            var file = Read(writer =>
            {
                writer.Add("F32", new Shape(67), doubles.Select(each => (float)each).ToArray());
                writer.Add("F64", new Shape(67), doubles);
                writer.Add("F16", SafetensorsType.F16, [67], doubles.SelectMany(each => BitConverter.GetBytes((Half)each)).ToArray());
                writer.Add("BF16", SafetensorsType.BF16, [67], doubles.SelectMany(each => BitConverter.GetBytes((float)each).Skip(2)).ToArray());
            });

            Assert.All(file.Tensors, tensor => Assert.Contains(
                $"model.safetensors: tensor '{tensor.Name}' holds {(double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity")} at index {index};",
                Refused(tensor.RequireFinite),
                StringComparison.Ordinal));
            Assert.Throws<InvalidDataException>(file.RequireFinite);
        }
    }

    [Fact]
    public void The_largest_finite_values_are_finite()
    {
        var file = Read(writer =>
        {
            writer.Add("F32", new Shape(2), [float.MaxValue, float.Epsilon]);
            writer.Add("F64", new Shape(2), [double.MinValue, double.Epsilon]);
            writer.Add("I64", new Shape(2), [long.MaxValue, -1L]);
            writer.Add("F16", SafetensorsType.F16, [1], BitConverter.GetBytes(Half.MaxValue));
        });

        file.RequireFinite();
    }

    [Fact]
    public void Every_half_becomes_the_single_of_the_same_value()
    {
        var bits = Enumerable.Range(0, 1 << 16).Select(i => (ushort)i).ToArray();
        var bytes = bits.SelectMany(BitConverter.GetBytes).ToArray();
        var file = Read(writer =>
        {
            writer.Add("F16", SafetensorsType.F16, [1 << 16], bytes);
            writer.Add("BF16", SafetensorsType.BF16, [1 << 8, 1 << 8], bytes);
        });

        Assert.Equal(bits.Select(each => (float)BitConverter.UInt16BitsToHalf(each)), file.Require("F16").ToSingleArray());
        Assert.Equal(bits.Select(each => (uint)each << 16), file.Require("BF16").ToSingleArray().Select(BitConverter.SingleToUInt32Bits));
    }

    [Fact]
    public void Values_come_in_the_types_they_convert_to_and_no_other()
    {
        var file = Read(writer =>
        {
            writer.Add("F64", new Shape(2), [1.5, -2]);
            writer.Add("I64", new Shape(2), [long.MaxValue, -2]);
            writer.Add("I32", new Shape(2), [int.MinValue, 7]);
            writer.Add("U8", new Shape(2), [(byte)255, (byte)0]);
            writer.Add("I8", new Shape(3), [(sbyte)-128, (sbyte)0, (sbyte)127]);
        });

        Assert.Equal([1.5f, -2], file.Require("F64").ToSingleArray());
        Assert.Equal([1.5, -2], file.Require("F64").ToDoubleArray());
        Assert.Equal([long.MaxValue, -2], file.Require("I64").ToInt64Array());
        Assert.Equal([int.MinValue, 7], file.Require("I32").ToInt32Array());
        Assert.Equal([255, 0], file.Require("U8").ToInt32Array());
        Assert.Equal([-128, 0, 127], file.Require("I8").ToInt32Array());
        Assert.Contains("holds 9223372036854775807 at index 0", Refused(() => file.Require("I64").ToInt32Array()), StringComparison.Ordinal);
        Assert.Contains("holds I64; expected floating-point", Refused(() => file.Require("I64").ToSingleArray()), StringComparison.Ordinal);
        Assert.Contains("holds F64; expected integers", Refused(() => file.Require("F64").ToInt64Array()), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => file.Require("F64").CopyTo(new float[3]));
    }

    [Fact]
    public void Shapes_too_large_for_memory_are_refused_when_they_become_one()
    {
        var file = Read(writer =>
        {
            writer.Add("five", SafetensorsType.U8, [1, 1, 1, 1, 1], [1]);
            writer.Add("huge", SafetensorsType.U8, [0, 1L << 40], []);
            writer.Add("product", SafetensorsType.U8, [0, 1 << 20, 1 << 20], []);
            writer.Add("matrix", new Shape(2, 3), new float[6]);
        });

        Assert.Equal(new Shape(2, 3), file.Require("matrix").ToShape());
        Assert.Equal(new Shape(0, 1 << 20, 1 << 20), file.Require("product").ToShape());
        Refused(() => file.Require("five").ToShape());
        Refused(() => file.Require("huge").ToShape());
    }

    [Theory]
    [InlineData("", "the file is empty (0 bytes)")]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 1234\n", "Git-LFS pointer")]
    [InlineData("PK\u0003\u0004 and so on, and so on", "zip archive")]
    [InlineData("<!DOCTYPE html><html>", "web page")]
    [InlineData("{\"json\": \"of some other kind\"}", "this is no safetensors file: its first 8 bytes give a header of")]
    [InlineData("short", "it has 5 bytes; the smallest one has 10")]
    public void What_is_loaded_by_mistake_is_recognised(string content, string reason)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("model.safetensors");
        File.WriteAllText(path, content);

        var message = Assert.Throws<InvalidDataException>(() => SafetensorsFile.Read(path)).Message;

        Assert.StartsWith($"{path}: ", message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
        Assert.Equal(message.Replace(path, "m", StringComparison.Ordinal), Refused(() => SafetensorsFile.Read(Encoding.UTF8.GetBytes(content), "m")));
    }

    [Fact]
    public void Half_a_download_is_told_with_both_lengths()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("model.safetensors");
        var writer = new SafetensorsWriter();
        writer.Add("weight", new Shape(1000), new float[1000]);
        var whole = writer.ToArray();

        File.WriteAllBytes(path, whole[..^3000]);
        Assert.Contains("the tensors take 4,000 bytes but only 1,000 are there. Was the download", Refused(() => SafetensorsFile.Read(path)), StringComparison.Ordinal);
        File.WriteAllBytes(path, whole[..20]);
        Assert.Contains("but only 12 are there. Was the download", Refused(() => SafetensorsFile.Read(path)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_without_a_file_fails_as_paths_do()
    {
        using var folder = new TemporaryFolder();

        Assert.Throws<FileNotFoundException>(() => SafetensorsFile.Read(folder.File("missing.safetensors")));
        Assert.Contains("is a folder", Assert.Throws<IOException>(() => SafetensorsFile.Read(folder.Path)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => SafetensorsFile.Read(""));
    }

    private static SafetensorsFile Read(Action<SafetensorsWriter> fill)
    {
        var writer = new SafetensorsWriter();
        fill(writer);
        return SafetensorsFile.Read(writer.ToArray(), "model.safetensors");
    }

    private static string Refused(Action action) => Assert.Throws<InvalidDataException>(action).Message;

    private static string Refused(Func<object> action) => Assert.Throws<InvalidDataException>(action).Message;
}
