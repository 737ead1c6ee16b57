using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Microsoft.ML.OnnxRuntime;
using static TorchSharp.torch;

namespace Unroll.Benchmarks.Measurement;

/// <summary>What a figure was measured on and with; stands above every table, because figures without it compare with nothing.</summary>
/// <param name="Processor">The model's name.</param>
/// <param name="Cores">Logical processors.</param>
/// <param name="System">The operating system.</param>
/// <param name="Runtime">The .NET version.</param>
/// <param name="VectorBits">The widest vectors the runtime uses.</param>
/// <param name="Unroll">The library's version.</param>
/// <param name="TorchSharp">The binding's version, and that of the libtorch it carries.</param>
/// <param name="OnnxRuntime">ONNX Runtime's version.</param>
internal sealed record Machine(
    string Processor, int Cores, string System, string Runtime, int VectorBits, string Unroll, string TorchSharp, string OnnxRuntime)
{
    /// <summary>Reads the description of the machine this runs on.</summary>
    public static Machine Current() => new(
        ProcessorName(),
        Environment.ProcessorCount,
        RuntimeInformation.OSDescription,
        RuntimeInformation.FrameworkDescription,
        Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128,
        VersionOf(typeof(Tensors.Tensor)),
        $"{VersionOf(typeof(nn))} (libtorch {__version__})",
        OrtEnv.Instance().GetVersionString());

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Processor}, {Cores} cores, {VectorBits}-bit vectors; {System}; {Runtime}; Unroll {Unroll}; TorchSharp {TorchSharp}; ONNX Runtime {OnnxRuntime}");

    private static string ProcessorName()
    {
        const string path = "/proc/cpuinfo";
        if (!File.Exists(path))
            return RuntimeInformation.ProcessArchitecture.ToString();
        var line = File.ReadLines(path).FirstOrDefault(candidate => candidate.StartsWith("model name", StringComparison.Ordinal));
        return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
    }

    private static string VersionOf(Type type)
    {
        var version = type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
        // What follows the plus sign is the commit that the build was made from.
        return version.Split('+')[0];
    }
}
