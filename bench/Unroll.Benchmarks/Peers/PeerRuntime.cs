using Microsoft.ML.OnnxRuntime;
using Unroll.Benchmarks.Measurement;
using Unroll.Benchmarks.Peers.Torch;
using static TorchSharp.torch;

namespace Unroll.Benchmarks.Peers;

/// <summary>The native library of a peer: its version, or why it does not load here. A run goes on without one that does not.</summary>
internal sealed class PeerRuntime
{
    private readonly string name;
    private readonly Lazy<(string Version, string? Problem)> loaded;

    private PeerRuntime(string name, Func<string> load)
    {
        this.name = name;
        loaded = new(() => Load(load));
    }

    /// <summary>libtorch through TorchSharp.</summary>
    public static PeerRuntime Torch { get; } = new("libtorch", () =>
    {
        TorchRuntime.Load();
        return $"{Machine.VersionOf(typeof(nn))} (libtorch {__version__})";
    });

    /// <summary>ONNX Runtime.</summary>
    public static PeerRuntime OnnxRuntime { get; } = new("ONNX Runtime", () => OrtEnv.Instance().GetVersionString());

    /// <summary>The version, or that it is not loadable.</summary>
    public string Version => loaded.Value.Version;

    /// <summary>Why it does not load, on one line; null where it does.</summary>
    public string? Problem => loaded.Value.Problem;

    /// <summary>Fails where it does not load.</summary>
    /// <exception cref="InvalidOperationException">It does not load; the message says why.</exception>
    public void Require()
    {
        if (Problem is { } problem)
            throw new InvalidOperationException($"{name} does not load: {problem}");
    }

    private static (string, string?) Load(Func<string> load)
    {
        try
        {
            return (load(), null);
        }
        catch (Exception exception) when (exception is DllNotFoundException or TypeInitializationException or EntryPointNotFoundException
            or BadImageFormatException or NotSupportedException or OnnxRuntimeException)
        {
            return ("not loadable", OneLine(exception.GetBaseException().Message));
        }
    }

    /// <summary>The first line that says anything, in the room of a table's cell.</summary>
    private static string OneLine(string message)
    {
        const int MaximumLength = 160;
        var line = message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault() ?? "no reason given";
        line = line.Replace('|', '/').TrimEnd('.');
        return line.Length <= MaximumLength ? line : line[..MaximumLength] + "…";
    }
}
