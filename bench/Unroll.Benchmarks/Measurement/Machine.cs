using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using Unroll.Benchmarks.Peers;

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
    public static Machine Current()
    {
        var processor = Cli.Measurement.Processor.Current();
        var kind = processor.Family is null ? "" : string.Create(CultureInfo.InvariantCulture, $" (family {processor.Family}, model {processor.Model})");
        return new(
            processor.Name + kind,
            Environment.ProcessorCount,
            RuntimeInformation.OSDescription,
            RuntimeInformation.FrameworkDescription,
            processor.VectorBits,
            VersionOf(typeof(Tensors.Tensor)),
            PeerRuntime.Torch.Version,
            PeerRuntime.OnnxRuntime.Version);
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Processor}, {Cores} cores, {VectorBits}-bit vectors; {System}; {Runtime}; Unroll {Unroll}; TorchSharp {TorchSharp}; ONNX Runtime {OnnxRuntime}");

    /// <summary>The version of the assembly that holds a type.</summary>
    public static string VersionOf(Type type)
    {
        var version = type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
        // What follows the plus sign is the commit that the build was made from.
        return version.Split('+')[0];
    }
}
