using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;
using Unroll.Tests.Oracles;

namespace Unroll.Tests.Golden;

/// <summary>What a file of golden vectors is about, told by its metadata alone.</summary>
internal enum GoldenKind
{
    Recurrent,
    Training,
    ConnectionistTemporalClassification,
    Convolution,
    Unknown,
}

/// <summary>
/// One safetensors file that libtorch wrote. Read here with a few lines of its own, so that a mistake in the library's reader cannot hide one
/// in its arithmetic.
/// </summary>
internal sealed class GoldenFile
{
    private readonly byte[] bytes;
    private readonly JsonElement header;
    private readonly int dataStart;

    public GoldenFile(string path)
    {
        Name = Path.GetFileName(path);
        bytes = File.ReadAllBytes(path);
        var headerLength = checked((int)BinaryPrimitives.ReadInt64LittleEndian(bytes));
        dataStart = sizeof(long) + headerLength;
        header = JsonDocument.Parse(bytes.AsMemory(sizeof(long), headerLength)).RootElement;
    }

    public string Name { get; }

    public GoldenKind Kind
    {
        get
        {
            if (Find("kind") is not null)
                return Find("optimizer") is null ? GoldenKind.Recurrent : GoldenKind.Training;
            if (Find("blank") is not null)
                return GoldenKind.ConnectionistTemporalClassification;
            return Find("model")?.StartsWith("conv", StringComparison.Ordinal) == true ? GoldenKind.Convolution : GoldenKind.Unknown;
        }
    }

    public OracleCell Cell => (Find("kind"), Find("nonlinearity") ?? "tanh") switch
    {
        ("lstm", _) => OracleCell.Lstm,
        ("gru", _) => OracleCell.Gru,
        ("rnn", "tanh") => OracleCell.RnnTanh,
        ("rnn", "relu") => OracleCell.RnnRelu,
        var other => throw new NotSupportedException($"{Name}: no cell is known for kind and nonlinearity {other}."),
    };

    /// <summary>The names of all tensors.</summary>
    public IEnumerable<string> Tensors => header.EnumerateObject().Select(tensor => tensor.Name).Where(name => name != "__metadata__");

    public string? Find(string key) => header.GetProperty("__metadata__").TryGetProperty(key, out var value) ? value.GetString() : null;

    public string Text(string key) => Find(key) ?? throw new KeyNotFoundException($"{Name}: the metadata has no '{key}'.");

    public int Number(string key) => int.Parse(Text(key), CultureInfo.InvariantCulture);

    public bool Flag(string key) => bool.Parse(Text(key));

    public bool Has(string tensor) => header.TryGetProperty(tensor, out _);

    public int[] Shape(string tensor) => [.. Entry(tensor).GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())];

    public float[] Singles(string tensor)
    {
        Assert.Equal("F32", Entry(tensor).GetProperty("dtype").GetString());
        var data = Data(tensor);
        var values = new float[data.Length / sizeof(float)];
        for (var index = 0; index < values.Length; index++)
            values[index] = BinaryPrimitives.ReadSingleLittleEndian(data[(index * sizeof(float))..]);
        return values;
    }

    public double[] Doubles(string tensor) => RandomValues.ToDouble(Singles(tensor));

    public int[] Integers(string tensor)
    {
        Assert.Equal("I64", Entry(tensor).GetProperty("dtype").GetString());
        var data = Data(tensor);
        var values = new int[data.Length / sizeof(long)];
        for (var index = 0; index < values.Length; index++)
            values[index] = checked((int)BinaryPrimitives.ReadInt64LittleEndian(data[(index * sizeof(long))..]));
        return values;
    }

    private JsonElement Entry(string tensor) =>
        header.TryGetProperty(tensor, out var entry) ? entry : throw new KeyNotFoundException($"{Name}: there is no tensor '{tensor}'.");

    private ReadOnlySpan<byte> Data(string tensor)
    {
        var offsets = Entry(tensor).GetProperty("data_offsets");
        return bytes.AsSpan(dataStart + offsets[0].GetInt32(), offsets[1].GetInt32() - offsets[0].GetInt32());
    }
}
