using System.Reflection;
using System.Runtime.InteropServices;

namespace Unroll.Benchmarks.Peers.Torch;

/// <summary>The loading of libtorch.</summary>
internal static class TorchRuntime
{
    /// <summary>
    /// Loads it before TorchSharp's own search, which on failure copies the whole library about and ends without the loader's reason.
    /// </summary>
    /// <exception cref="InvalidOperationException">It does not load; the message says why and what helps.</exception>
    public static void Load()
    {
        try
        {
            NativeLibrary.Load("LibTorchSharp", Assembly.GetExecutingAssembly(), DllImportSearchPath.AssemblyDirectory);
        }
        catch (DllNotFoundException exception)
        {
            var reason = exception.Message.Split('\n').FirstOrDefault(line => line.Contains("GLIBCXX", StringComparison.Ordinal));
            throw new InvalidOperationException(
                reason is null
                    ? $"libtorch does not load: {exception.Message}"
                    : $"libtorch does not load: {reason.Trim()}. Run bench/torch-on-debian12.sh once after the build.",
                exception);
        }
    }
}
