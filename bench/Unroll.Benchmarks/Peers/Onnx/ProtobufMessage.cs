using Google.Protobuf;

namespace Unroll.Benchmarks.Peers.Onnx;

/// <summary>A Protocol Buffers message written field by field: all that a handful of ONNX messages need of generated classes.</summary>
internal sealed class ProtobufMessage
{
    private readonly List<Action<CodedOutputStream>> fields = [];

    /// <summary>Adds an integer or enumeration field.</summary>
    public ProtobufMessage Add(int field, long value)
    {
        fields.Add(output =>
        {
            output.WriteTag(field, WireFormat.WireType.Varint);
            output.WriteInt64(value);
        });
        return this;
    }

    /// <summary>Adds a text field.</summary>
    public ProtobufMessage Add(int field, string value)
    {
        fields.Add(output =>
        {
            output.WriteTag(field, WireFormat.WireType.LengthDelimited);
            output.WriteString(value);
        });
        return this;
    }

    /// <summary>Adds a field of bytes.</summary>
    public ProtobufMessage Add(int field, ByteString value)
    {
        fields.Add(output =>
        {
            output.WriteTag(field, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(value);
        });
        return this;
    }

    /// <summary>Adds a nested message as it is now.</summary>
    public ProtobufMessage Add(int field, ProtobufMessage value) => Add(field, UnsafeByteOperations.UnsafeWrap(value.ToArray()));

    /// <summary>The encoded message.</summary>
    public byte[] ToArray()
    {
        using var bytes = new MemoryStream();
        using var output = new CodedOutputStream(bytes, leaveOpen: true);
        foreach (var write in fields)
            write(output);
        output.Flush();
        return bytes.ToArray();
    }
}
