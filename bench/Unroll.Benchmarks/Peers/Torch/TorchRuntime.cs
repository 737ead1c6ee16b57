using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Unroll.Benchmarks.Peers.Torch;

/// <summary>The loading of libtorch.</summary>
internal static partial class TorchRuntime
{
    /// <summary>
    /// Loads it before TorchSharp's own search, which on failure copies the whole library about and ends without the loader's reason.
    /// </summary>
    /// <exception cref="DllNotFoundException">It does not load; the message says why and what helps.</exception>
    public static void Load()
    {
        try
        {
            NativeLibrary.Load("LibTorchSharp", Assembly.GetExecutingAssembly(), DllImportSearchPath.AssemblyDirectory);
        }
        catch (DllNotFoundException exception)
        {
            // The loader tries many places; only the library that is there says what it misses.
            var missing = VersionPattern().Match(exception.Message);
            if (!missing.Success)
                throw;
            throw new DllNotFoundException($"the system's libstdc++ lacks {missing.Value}; run bench/torch-on-debian12.sh once after the build");
        }
    }

    [GeneratedRegex(@"GLIBCXX_[\d.]+")]
    private static partial Regex VersionPattern();
}
