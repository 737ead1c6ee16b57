namespace Unroll.Benchmarks.Peers;

/// <summary>The contestants as the tables name them.</summary>
internal static class PeerNames
{
    public const string Unroll = "Unroll";
    public const string UnrollFullLength = "Unroll, full length";
    public const string Torch = "libtorch";
    public const string TorchLayer = "libtorch, layer";
    public const string TorchPadded = "libtorch, padded";
    public const string OnnxRuntime = "ONNX Runtime";
}
