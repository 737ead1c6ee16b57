using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Unroll.Cli.Views;

/// <summary>
/// Standard output for text that comes piece by piece: every piece is written at once, and a reader that has gone away is noticed, which the console
/// keeps to itself.
/// </summary>
internal sealed class StreamingOutput : IDisposable
{
    private const int StandardOutput = 1;

    /// <summary>EPIPE: nobody reads any more.</summary>
    private const int BrokenPipe = 32;

    private readonly TextWriter writer = Open();

    /// <summary>Writes a piece.</summary>
    /// <returns>False when nobody reads any more.</returns>
    public bool Write(string piece)
    {
        try
        {
            writer.Write(piece);
            writer.Flush();
            return true;
        }
        catch (IOException failure) when (failure.HResult == BrokenPipe)
        {
            return false;
        }
    }

    public void Dispose()
    {
        if (!ReferenceEquals(writer, Console.Out))
            writer.Dispose();
    }

    private static TextWriter Open()
    {
        if (OperatingSystem.IsWindows())
            return Console.Out;
        var stream = new FileStream(new SafeFileHandle(StandardOutput, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        // A file is left to the console: a stream of our own would keep a position of its own, and who writes after us would write over it.
        return stream.CanSeek ? Console.Out : new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
    }
}
