using System.Globalization;
using System.Text;
using Unroll.Files;
using Unroll.Tensors;

namespace Unroll.Tests.Files;

/// <summary>Each limit from both sides: what is just allowed is read and written, one more is refused by both.</summary>
public sealed class SafetensorsLimitTests
{
    private const int MaximumHeaderLength = 16 << 20;
    private const int MaximumTensors = 65_536;

    /// <summary>
    /// A header of nothing but names is the worst case: every tensor of some 60 bytes there becomes a few objects here. The header's own limit
    /// bounds it; data, which makes files large, is held once.
    /// </summary>
    private const int WorstHeaderFactor = 8;

    [Fact]
    public void A_header_of_16_MiB_is_the_longest()
    {
        var longest = WithHeader("{\"__metadata__\":{\"a\":\"" + new string('x', MaximumHeaderLength - 25) + "\"}}");
        Assert.Equal(MaximumHeaderLength - 25, SafetensorsFile.Read(longest, "x").Metadata["a"].Length);
        AssertRefused(WithHeader("{\"__metadata__\":{\"a\":\"" + new string('x', MaximumHeaderLength - 24) + "\"}}"), "16,777,217");

        var writer = new SafetensorsWriter { Metadata = { ["a"] = new('x', MaximumHeaderLength - 200) } };
        Assert.Equal(writer.Metadata["a"], SafetensorsFile.Read(writer.ToArray(), "x").Metadata["a"]);
        writer.Metadata["b"] = new('x', 200);
        Assert.Contains("a header holds at most 16,777,216", Assert.Throws<InvalidDataException>(writer.ToArray).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_has_65536_tensors_at_most()
    {
        var probe = new LoaderProbe<SafetensorsFile>(
            bytes => SafetensorsFile.Read(bytes, "x"), file => SafetensorsSamples.Copy(file).ToArray(), WorstHeaderFactor * MaximumTensors * 60);
        Assert.True(probe.Try(WithHeader(EmptyTensors(MaximumTensors)), () => "65,536 tensors"));
        Assert.False(probe.Try(WithHeader(EmptyTensors(MaximumTensors + 1)), () => "65,537 tensors"));

        var writer = new SafetensorsWriter();
        for (var i = 0; i < MaximumTensors; i++)
            writer.Add(i.ToString(CultureInfo.InvariantCulture), new Shape(0), ReadOnlySpan<float>.Empty);
        Assert.Throws<ArgumentException>(() => writer.Add("more", new Shape(0), ReadOnlySpan<float>.Empty));
        Assert.Equal(MaximumTensors, SafetensorsFile.Read(writer.ToArray(), "x").Tensors.Count);
    }

    [Fact]
    public void Metadata_has_65536_entries_at_most()
    {
        string Entries(int count) =>
            $"{{\"__metadata__\":{{{string.Join(',', Enumerable.Range(0, count).Select(i => string.Create(CultureInfo.InvariantCulture, $"\"{i}\":\"\"")))}}}}}";

        Assert.Equal(MaximumTensors, SafetensorsFile.Read(WithHeader(Entries(MaximumTensors)), "x").Metadata.Count);
        AssertRefused(WithHeader(Entries(MaximumTensors + 1)), "65,536 entries");
    }

    [Theory]
    [InlineData("a", 1024)]
    [InlineData("ü", 512)]
    [InlineData("\U0001F600", 256)]
    public void A_name_has_1024_bytes_at_most(string letter, int count)
    {
        var longest = string.Concat(Enumerable.Repeat(letter, count));
        var writer = new SafetensorsWriter();
        writer.Add(longest, new Shape(1), [1f]);

        Assert.Equal(longest, SafetensorsFile.Read(writer.ToArray(), "x").Tensors[0].Name);
        Assert.Contains("1024", Assert.Throws<ArgumentException>(() => writer.Add(longest + "a", new Shape(1), [1f])).Message, StringComparison.Ordinal);
        AssertRefused(WithHeader(Tensor(longest + "a", "F32", "[0]", 0, 0)), "1,025 bytes; the limit is 1,024");
    }

    [Fact]
    public void A_tensor_has_eight_dimensions_at_most()
    {
        var writer = new SafetensorsWriter();
        writer.Add("eight", SafetensorsType.U8, [1, 1, 1, 1, 1, 1, 1, 2], new byte[2]);

        Assert.Equal([1, 1, 1, 1, 1, 1, 1, 2], SafetensorsFile.Read(writer.ToArray(), "x").Tensors[0].Shape);
        Assert.Throws<ArgumentException>(() => writer.Add("nine", SafetensorsType.U8, [1, 1, 1, 1, 1, 1, 1, 1, 2], new byte[2]));
        AssertRefused(WithHeader(Tensor("nine", "U8", "[1,1,1,1,1,1,1,1,2]", 0, 2), 2), "more than 8 numbers");
    }

    [Theory]
    [InlineData("[9223372036854775807,9223372036854775807,0]", 0, 0, "more than any file holds")]
    [InlineData("[4611686018427387904,4]", 0, 0, "more than any file holds")]
    [InlineData("[2147483648]", 0, 8589934592, "the limit for one tensor is")]
    [InlineData("[-1]", 0, 4, "sizes are at least 0")]
    [InlineData("[2]", 8, 0, "expected 0 ≤ begin ≤ end")]
    [InlineData("[2]", -8, 0, "expected 0 ≤ begin ≤ end")]
    [InlineData("[2]", 0, 4, "F32 [2] needs 8")]
    [InlineData("[1]", 4, 8, "leaves a hole before it")]
    [InlineData("[1.0]", 0, 4, "whole number of 64 bits")]
    [InlineData("[9223372036854775808]", 0, 4, "whole number of 64 bits")]
    public void Shapes_and_offsets_that_cannot_be_are_refused(string shape, long begin, long end, string reason) =>
        AssertRefused(WithHeader(Tensor("rnn.bias", "F32", shape, begin, end), 8), "'rnn.bias'", reason);

    [Fact]
    public void Two_tensors_may_not_share_data_or_leave_some_over()
    {
        var shared = $"{{{Member("a", "F32", "[2]", 0, 8)},{Member("b", "F32", "[2]", 4, 12)}}}";
        AssertRefused(WithHeader(shared, 12), "'b' overlaps the tensor before it");
        AssertRefused(WithHeader(Tensor("a", "F32", "[2]", 0, 8), 9), "1 bytes follow the last tensor");
        AssertRefused(WithHeader("{}", 1), "1 bytes follow the last tensor");
        Assert.Empty(SafetensorsFile.Read(WithHeader("{}"), "x").Tensors);
    }

    [Theory]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]},\"a\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}}", "'a' twice")]
    [InlineData("{\"__metadata__\":{\"k\":\"1\",\"\\u006B\":\"2\"}}", "'k' twice")]
    [InlineData("{\"__metadata__\":{},\"__metadata__\":{}}", "'__metadata__' twice")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}}", "'dtype'")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[0]}}", "lacks 'data_offsets'")]
    [InlineData("{\"a\":{\"dtype\":\"F8_E4M3\",\"shape\":[0],\"data_offsets\":[0,0]}}", "'F8_E4M3'; expected one of BOOL")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0,0]}}", "more than 2 numbers")]
    [InlineData("{\"__metadata__\":{\"k\":1}}", "is a number; expected a text")]
    [InlineData("{\"__metadata__\":{\"k\":null}}", "bare word")]
    [InlineData("{\"__metadata__\":{\"k\":\"\\ud800\"}}", "not valid Unicode")]
    [InlineData("{\"\\udc00\":{}}", "not valid Unicode")]
    [InlineData("{\"\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}}", "no name")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[\"0\"],\"data_offsets\":[0,0]}}", "a text where")]
    [InlineData("{\"a\":[]}", "is an array; expected an object")]
    [InlineData("{}{}", "not valid JSON")]
    [InlineData("{ ", "not valid JSON")]
    [InlineData("{\"a\":{\"shape\":[[0]]}}", "nested too deeply")]
    [InlineData("{\"a\":}", "not valid JSON")]
    public void Headers_that_say_something_else_are_refused(string header, string reason) => AssertRefused(WithHeader(header), reason);

    [Fact]
    public void The_writer_refuses_what_the_reader_would()
    {
        var writer = new SafetensorsWriter();
        Assert.Throws<ArgumentException>(() => writer.Add("", new Shape(1), [1f]));
        Assert.Throws<ArgumentException>(() => writer.Add("__metadata__", new Shape(1), [1f]));
        Assert.Throws<ArgumentException>(() => writer.Add("\uD800", new Shape(1), [1f]));
        Assert.Throws<ArgumentException>(() => writer.Add("a", new Shape(2), [1f]));
        Assert.Throws<ArgumentException>(() => writer.Add("a", SafetensorsType.F32, [-1], []));
        writer.Add("a", new Shape(1), [1f]);
        Assert.Throws<ArgumentException>(() => writer.Add("a", new Shape(1), [1f]));
        writer.Metadata["\uDC00"] = "";
        Assert.Throws<InvalidDataException>(writer.ToArray);
        writer.Metadata.Clear();
        writer.Metadata["sha256"] = "";
        Assert.Throws<InvalidDataException>(writer.ToArray);
    }

    private static void AssertRefused(byte[] file, params string[] reasons)
    {
        var e = Assert.Throws<InvalidDataException>(() => SafetensorsFile.Read(file, "model.safetensors"));
        Assert.StartsWith("model.safetensors: ", e.Message, StringComparison.Ordinal);
        Assert.All(reasons, reason => Assert.Contains(reason, e.Message, StringComparison.Ordinal));
    }

    private static byte[] WithHeader(string header, int dataLength = 0)
    {
        var text = Encoding.UTF8.GetBytes(header);
        return [.. BitConverter.GetBytes((ulong)text.Length), .. text, .. new byte[dataLength]];
    }

    private static string Tensor(string name, string type, string shape, long begin, long end) => $"{{{Member(name, type, shape, begin, end)}}}";

    private static string Member(string name, string type, string shape, long begin, long end) => string.Create(
        CultureInfo.InvariantCulture, $"\"{name}\":{{\"dtype\":\"{type}\",\"shape\":{shape},\"data_offsets\":[{begin},{end}]}}");

    private static string EmptyTensors(int count) =>
        $"{{{string.Join(',', Enumerable.Range(0, count).Select(i => Member(i.ToString(CultureInfo.InvariantCulture), "F32", "[0]", 0, 0)))}}}";
}
