using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Text;
using System.Text.RegularExpressions;

namespace Unroll.Cli.Measurement;

/// <summary>The processor this runs on, as it describes itself.</summary>
/// <param name="Name">Its brand, or the architecture where it does not say.</param>
/// <param name="Family">The family, as <c>/proc/cpuinfo</c> counts it; null where there is none.</param>
/// <param name="Model">The model in the family; null where there is none.</param>
/// <param name="VectorBits">The widest vectors that the runtime uses.</param>
internal sealed partial record Processor(string Name, int? Family, int? Model, int VectorBits)
{
    private const int BrandLeaf = unchecked((int)0x80000002);
    private const int BrandLeaves = 3;
    private const int ExtendedFamily = 15;
    private const int IntelFamily = 6;

    /// <summary>Asks the processor.</summary>
    public static Processor Current()
    {
        var bits = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;
        if (!X86Base.IsSupported)
            return new(RuntimeInformation.ProcessArchitecture.ToString(), null, null, bits);
        var (family, model) = Signature(X86Base.CpuId(1, 0).Eax);
        return new(Brand(), family, model, bits);
    }

    /// <summary>
    /// A name for folders that tells kinds of processors apart: <c>amd-epyc-family25-model1-256bit</c>. Clock rates, core counts and words
    /// that every brand has are left out.
    /// </summary>
    public string FolderName()
    {
        var words = NoisePattern().Replace(Name.ToLowerInvariant(), " ");
        var name = SeparatorPattern().Replace(words, "-").Trim('-');
        var kind = Family is null ? "" : string.Create(CultureInfo.InvariantCulture, $"-family{Family}-model{Model}");
        return string.Create(CultureInfo.InvariantCulture, $"{name}{kind}-{VectorBits}bit");
    }

    public override string ToString()
    {
        var kind = Family is null ? "" : string.Create(CultureInfo.InvariantCulture, $" (family {Family}, model {Model})");
        return string.Create(CultureInfo.InvariantCulture, $"{Name}{kind}, {VectorBits}-bit vectors");
    }

    /// <summary>Family and model from the signature in EAX of leaf 1 (AMD64 Architecture Programmer's Manual, volume 3, appendix E.3).</summary>
    internal static (int Family, int Model) Signature(int signature)
    {
        var family = (signature >> 8) & 0xF;
        var model = (signature >> 4) & 0xF;
        if (family is IntelFamily or ExtendedFamily)
            model |= ((signature >> 16) & 0xF) << 4;
        return (family == ExtendedFamily ? family + ((signature >> 20) & 0xFF) : family, model);
    }

    /// <summary>The brand string: 48 bytes of ASCII in three leaves, filled up with zeros or blanks.</summary>
    private static string Brand()
    {
        var registers = Enumerable.Range(BrandLeaf, BrandLeaves).SelectMany(leaf =>
        {
            var (eax, ebx, ecx, edx) = X86Base.CpuId(leaf, 0);
            return (int[])[eax, ebx, ecx, edx];
        });
        var text = Encoding.ASCII.GetString([.. registers.SelectMany(BitConverter.GetBytes)]).Trim('\0', ' ');
        return text.Length == 0 ? RuntimeInformation.ProcessArchitecture.ToString() : text;
    }

    [GeneratedRegex(@"\((r|tm)\)|@.*$|\b\d+-core\b|\bwith .*$|\bcpu\b|\bprocessor\b")]
    private static partial Regex NoisePattern();

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex SeparatorPattern();
}
