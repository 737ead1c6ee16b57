using System.Globalization;
using Unroll.Cells;
using Unroll.Files;
using Unroll.Kernels;
using Unroll.Layers;
using Unroll.Models;
using Unroll.Tensors;
using Unroll.Tests.Files;

namespace Unroll.Tests.Models;

public sealed class QuantizedModelFileTests
{
    [Theory]
    [MemberData(nameof(QuantizedModelTests.Models), MemberType = typeof(QuantizedModelTests))]
    public void Everything_comes_back_bit_for_bit(Cell cell, WeightFormat format)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("model.safetensors");
        var model = SmallModels.Create(cell).Quantize(format);
        model.Training = new() { Text = "text", Updates = 5, ValidationLoss = 1.25 };
        model.Save(path);

        var loaded = LanguageModel.Load(path);

        Assert.Equal((format, model.Options, model.Training.Updates), (loaded.Weights, loaded.Options, loaded.Training!.Updates));
        Assert.Equal(model.Tensors, loaded.Tensors);
        Assert.Equal(SmallModels.Logits(model, "the fox"), SmallModels.Logits(loaded, "the fox"));
        Assert.Equal(model.OpenSession().Save(), loaded.OpenSession().Save());
        loaded.Save(path);
        Assert.Equal(LanguageModelFile.Write(model, "model").ToArray(), File.ReadAllBytes(path));
    }

    [Theory]
    [InlineData(WeightFormat.BFloat16, "bfloat16", SafetensorsType.BF16)]
    [InlineData(WeightFormat.Int8, "int8", SafetensorsType.I8)]
    public void Matrices_have_the_type_of_the_format_and_vectors_are_float32(WeightFormat format, string name, SafetensorsType type)
    {
        var model = SmallModels.Create();
        var file = Read(model.Quantize(format));
        Assert.Contains($"\"weights\":\"{name}\"", file.Metadata["configuration"], StringComparison.Ordinal);
        foreach (var parameter in model.Parameters)
            Assert.Equal(parameter.Shape.Rank == 2 ? type : SafetensorsType.F32, file.Require(parameter.Name, parameter.Shape).Type);
        var scales = file.Tensors.Where(tensor => tensor.Name.EndsWith(".scale", StringComparison.Ordinal)).ToArray();
        Assert.Equal(format == WeightFormat.Int8 ? model.Parameters.Count(parameter => parameter.Shape.Rank == 2) : 0, scales.Length);
        Assert.All(scales, scale => Assert.Equal((SafetensorsType.F32, file.Require(scale.Name[..^6]).Shape[0]), (scale.Type, scale.Shape.Single())));

        // What another program makes of the bytes: the weight, to half a step of its row.
        var (matrix, weight) = (file.Require("rnn.weight_hh_l1"), model.Parameters.Single(parameter => parameter.Name == "rnn.weight_hh_l1"));
        var rows = scales.SingleOrDefault(scale => scale.Name == "rnn.weight_hh_l1.scale")?.ToSingleArray();
        var values = rows is null ? matrix.ToSingleArray() : [.. matrix.ToInt64Array().Select((value, index) => value * rows[index / weight.Shape[1]])];
        for (var index = 0; index < values.Length; index++)
            Assert.InRange(values[index] - weight.Values[index], -0.002f, 0.002f);
    }

    [Fact]
    public void A_float32_file_says_nothing_of_formats()
    {
        var file = Read(SmallModels.Create());
        Assert.DoesNotContain("weights", file.Metadata["configuration"], StringComparison.Ordinal);
        Assert.All(file.Tensors, tensor => Assert.Equal(SafetensorsType.F32, tensor.Type));
    }

    [Theory]
    [InlineData("int8", "bfloat16", "tensor 'embedding.weight' holds I8; this lstm model of bfloat16 weights needs BF16")]
    [InlineData("bfloat16", "int8", "tensor 'embedding.weight' holds BF16; this lstm model of int8 weights needs I8")]
    [InlineData("int8", "float32", "is not part of this lstm model of 2 layers")]
    [InlineData("int8", "int4", "'int4' is not one of float32, bfloat16, int8")]
    public void A_format_that_the_tensors_do_not_have_is_refused(string saved, string stated, string expected)
    {
        var writer = LanguageModelFile.Write(SmallModels.Create().Quantize(saved == "int8" ? WeightFormat.Int8 : WeightFormat.BFloat16), "m");
        writer.Metadata["configuration"] = writer.Metadata["configuration"].Replace($"\"{saved}\"", $"\"{stated}\"", StringComparison.Ordinal);
        Refused(writer.ToArray(), expected);
    }

    [Fact]
    public void A_byte_of_minus_128_is_refused_with_its_place() => Refused(
        Changed("head.weight", tensor => (tensor.Type, With(tensor.Bytes.ToArray(), 5, 0x80))), "tensor 'head.weight' holds -128 at index 5");

    [Theory]
    [InlineData(0f, "holds 0 at index 2; a scale is positive")]
    [InlineData(-0.5f, "holds -0.5 at index 2; a scale is positive")]
    [InlineData(float.MaxValue, "at index 2; a scale is positive and at most 2.658456E+36")]
    [InlineData(float.NaN, "holds NaN at index 2; expected finite")]
    [InlineData(float.PositiveInfinity, "holds Infinity at index 2; expected finite")]
    public void A_scale_that_is_none_is_refused_with_its_place(float value, string expected) => Refused(
        Changed("rnn.weight_hh_l1.scale", tensor => (tensor.Type, With(tensor.Bytes.ToArray(), 8, BitConverter.GetBytes(value)))),
        "tensor 'rnn.weight_hh_l1.scale' ", expected);

    [Theory]
    [InlineData("rnn.weight_hh_l0", SafetensorsType.U8)]
    [InlineData("rnn.bias_hh_l0", SafetensorsType.I32)]
    [InlineData("rnn.weight_hh_l0.scale", SafetensorsType.I32)]
    public void A_tensor_of_another_type_is_refused(string name, SafetensorsType type) => Refused(
        Changed(name, tensor => (type, tensor.Bytes.ToArray())), $"tensor '{name}' holds {SafetensorsFormat.NameOf(type)}; this lstm model of int8 weights needs");

    [Fact]
    public void A_missing_scale_and_one_too_many_are_refused()
    {
        Refused(Changed("head.weight.scale", _ => null), "tensor 'head.weight.scale' is missing");
        var writer = LanguageModelFile.Write(SmallModels.Create().Quantize(WeightFormat.BFloat16), "m");
        writer.Add("head.weight.scale", new(SmallModels.Create().Vocabulary.Size), new float[SmallModels.Create().Vocabulary.Size]);
        Refused(writer.ToArray(), "'head.weight.scale' is not part of this lstm model of bfloat16 weights");
    }

    [Fact]
    public void Weights_that_are_no_numbers_are_refused() => Refused(
        Changed("rnn.weight_ih_l0", tensor => (tensor.Type, With(tensor.Bytes.ToArray(), 4, 0xC0, 0x7F)), WeightFormat.BFloat16),
        "tensor 'rnn.weight_ih_l0' holds NaN at index 2");

    [Theory]
    [InlineData(WeightFormat.BFloat16)]
    [InlineData(WeightFormat.Int8)]
    public void Weights_that_compute_something_else_are_caught_by_the_probes(WeightFormat format)
    {
        // The first gates in another order. New models hardly tell their gates apart; weights as large as those of trained ones do.
        var model = SmallModels.Create();
        foreach (var parameter in model.Parameters)
        {
            foreach (ref var value in parameter.Values)
                value *= 4;
        }

        var bytes = Changed(model.Quantize(format), "rnn.weight_ih_l1", tensor =>
        {
            var (values, gate) = (tensor.Bytes.ToArray(), tensor.Bytes.Length / 4);
            return (tensor.Type, [.. values[gate..(2 * gate)], .. values[..gate], .. values[(2 * gate)..]]);
        });
        Refused(bytes, string.Create(CultureInfo.InvariantCulture, $"tolerance {(format == WeightFormat.Int8 ? Probe.Int8Tolerance : Probe.Tolerance)}"));
    }

    private static SafetensorsFile Read(LanguageModel model) => SafetensorsFile.Read(LanguageModelFile.Write(model, "m").ToArray(), "model.safetensors");

    [Fact]
    public void The_largest_weights_there_are_stay_finite_and_within_what_files_hold()
    {
        var linear = new Linear(2, 1);
        const float largest = 127 * Int8Matrix.LargestScale;
        Assert.Equal(Int8Matrix.LargestScale, (float)Math.Pow(2, 121));
        ((float[])[largest, -largest]).CopyTo(linear.Weight.Values);
        var stored = StoredWeights.Of(linear.Weight, WeightFormat.Int8);
        var row = new float[2];
        stored.CopyRow(0, row);
        Assert.Equal([Int8Matrix.LargestScale], stored.Scales.ToArray());
        Assert.Equal([largest, -largest], row);

        linear.Weight.Values[0] = MathF.BitIncrement(largest);
        Assert.Throws<InvalidOperationException>(() => StoredWeights.Of(linear.Weight, WeightFormat.Int8));
    }

    private static void Refused(byte[] bytes, params string[] expected)
    {
        var failure = Assert.Throws<InvalidDataException>(() => LanguageModelFile.Load(SafetensorsFile.Read(bytes, "model.safetensors")));
        Assert.StartsWith("model.safetensors: ", failure.Message, StringComparison.Ordinal);
        Assert.All(expected, part => Assert.Contains(part, failure.Message, StringComparison.Ordinal));
    }

    /// <summary>The file of a model with one tensor replaced, or left out.</summary>
    private static byte[] Changed(
        string name, Func<SafetensorsTensor, (SafetensorsType Type, byte[] Bytes)?> change, WeightFormat format = WeightFormat.Int8) =>
        Changed(SmallModels.Create().Quantize(format), name, change);

    private static byte[] Changed(LanguageModel model, string name, Func<SafetensorsTensor, (SafetensorsType Type, byte[] Bytes)?> change)
    {
        var file = Read(model);
        var writer = new SafetensorsWriter();
        foreach (var tensor in file.Tensors)
        {
            if (tensor.Name != name)
                writer.Add(tensor);
            else if (change(tensor) is { } changed)
                writer.Add(name, changed.Type, tensor.Shape.AsSpan(), changed.Bytes);
        }

        foreach (var (key, text) in file.Metadata)
            writer.Metadata[key] = text;
        return writer.ToArray();
    }

    private static byte[] With(byte[] bytes, int index, params byte[] values)
    {
        values.CopyTo(bytes, index);
        return bytes;
    }
}
