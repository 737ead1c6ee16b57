using System.Runtime.InteropServices;
using Google.Protobuf;

namespace Unroll.Benchmarks.Peers.Onnx;

/// <summary>
/// Writes an ONNX model of one node. Field numbers are those of onnx.proto; messages are named after it.
/// </summary>
internal sealed class OnnxGraph
{
    private const int IntermediateVersion = 8;
    private const int OperatorSet = 17;
    private const int FloatType = 1;
    private const int IntegerAttribute = 2;

    private readonly ProtobufMessage graph = new();

    /// <summary>NodeProto. An empty name among the inputs or outputs leaves that one out.</summary>
    public void AddNode(string operation, string[] inputs, string[] outputs, params (string Name, long Value)[] attributes)
    {
        var node = new ProtobufMessage();
        foreach (var input in inputs)
            node.Add(1, input);
        foreach (var output in outputs)
            node.Add(2, output);
        node.Add(4, operation);
        foreach (var (name, value) in attributes)
            node.Add(5, new ProtobufMessage().Add(1, name).Add(3, value).Add(20, IntegerAttribute));
        graph.Add(1, node);
    }

    /// <summary>TensorProto: a constant of the graph.</summary>
    public void AddConstant(string name, ReadOnlySpan<float> values, params ReadOnlySpan<int> shape)
    {
        var tensor = new ProtobufMessage();
        foreach (var size in shape)
            tensor.Add(1, size);
        tensor.Add(2, FloatType).Add(8, name).Add(9, ByteString.CopyFrom(MemoryMarshal.AsBytes(values)));
        graph.Add(5, tensor);
    }

    /// <summary>ValueInfoProto of an input.</summary>
    public void AddInput(string name, params ReadOnlySpan<int> shape) => graph.Add(11, Value(name, shape));

    /// <summary>ValueInfoProto of an output.</summary>
    public void AddOutput(string name, params ReadOnlySpan<int> shape) => graph.Add(12, Value(name, shape));

    /// <summary>ModelProto.</summary>
    public byte[] ToModel()
    {
        graph.Add(2, "recurrent");
        return new ProtobufMessage()
            .Add(1, IntermediateVersion)
            .Add(2, "Unroll.Benchmarks")
            .Add(7, graph)
            .Add(8, new ProtobufMessage().Add(1, "").Add(2, OperatorSet))
            .ToArray();
    }

    private static ProtobufMessage Value(string name, ReadOnlySpan<int> shape)
    {
        var dimensions = new ProtobufMessage();
        foreach (var size in shape)
            dimensions.Add(1, new ProtobufMessage().Add(1, size));
        var tensor = new ProtobufMessage().Add(1, FloatType).Add(2, dimensions);
        return new ProtobufMessage().Add(1, name).Add(2, new ProtobufMessage().Add(1, tensor));
    }
}
