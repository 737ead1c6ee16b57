using System.Diagnostics;

namespace Unroll.Benchmarks.Startup;

/// <summary>A program to start, and how much of what it writes is no prediction yet.</summary>
/// <param name="Program">Its name in the table.</param>
/// <param name="Work">The model it loads, or what it does instead.</param>
/// <param name="Path">The program file.</param>
/// <param name="Arguments">Its arguments.</param>
internal sealed record StartedProgram(string Program, string Work, string Path, params string[] Arguments)
{
    /// <summary>Bytes that it writes before the first prediction, such as a prompt.</summary>
    public int BytesBefore { get; init; }

    /// <summary>The time to stay below, or null.</summary>
    public double? SecondsGoal { get; init; }

    /// <summary>The size of the program file to stay below, or null.</summary>
    public long? FileBytesGoal { get; init; }

    /// <summary>Starts it once and waits for its end.</summary>
    /// <returns>Seconds from before the start to the first byte of a prediction, and to the end.</returns>
    /// <exception cref="InvalidOperationException">It failed, or ended without a prediction.</exception>
    public (double First, double Whole) Start()
    {
        var start = Stopwatch.GetTimestamp();
        using var process = Process.Start(new ProcessStartInfo(Path, Arguments) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.BaseStream;
        Span<byte> buffer = stackalloc byte[256];
        var isPredicted = true;
        for (var left = BytesBefore + 1; left > 0 && isPredicted;)
        {
            var read = output.Read(buffer[..Math.Min(left, buffer.Length)]);
            isPredicted = read > 0;
            left -= read;
        }

        var first = Stopwatch.GetElapsedTime(start).TotalSeconds;
        while (output.Read(buffer) > 0)
        {
            // What comes after the first prediction is only read, so that the program can end.
        }

        process.WaitForExit();
        var whole = Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (process.ExitCode != 0 || !isPredicted)
            throw new InvalidOperationException($"{Path} {string.Join(' ', Arguments)}: {(isPredicted ? "failed" : "no prediction came")}, exit code {process.ExitCode}.");
        return (first, whole);
    }
}
