using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Unroll.Cli.Tests;

/// <summary>An empty temporary folder in which the built program runs as a child process, as a user would run it.</summary>
internal sealed partial class Workplace : IDisposable
{
    private const int Interrupt = 2;
    private const int Terminate = 15;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public Workplace() => Folder = Directory.CreateTempSubdirectory("unroll-cli-").FullName;

    /// <summary>The folder, empty at first.</summary>
    public string Folder { get; }

    /// <summary>A path in the folder.</summary>
    public string At(string name) => Path.Combine(Folder, name);

    /// <summary>Writes a text file.</summary>
    public string Write(string name, string text)
    {
        File.WriteAllText(At(name), text);
        return name;
    }

    /// <summary>Everything in the folder, as relative paths in order.</summary>
    public string[] Files() =>
        [.. Directory.GetFiles(Folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Folder, file)).Order(StringComparer.Ordinal)];

    /// <summary>Runs the program to its end.</summary>
    public Outcome Run(params string[] arguments)
    {
        using var running = Start(arguments);
        return running.Wait();
    }

    /// <summary>Starts the program.</summary>
    public Running Start(params string[] arguments) => Start(Path.Combine(AppContext.BaseDirectory, "Unroll.Cli"), arguments);

    /// <summary>Runs a line in a shell.</summary>
    public Outcome Shell(string line)
    {
        using var running = Start("/bin/sh", ["-c", line]);
        return running.Wait();
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(Folder, recursive: true);
        }
        catch (IOException)
        {
            // A folder that is left in the system's temporary folder is no reason to fail a test that has passed.
        }
    }

    private Running Start(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        return new(Process.Start(start)!);
    }

    /// <summary>How a run ended.</summary>
    internal sealed record Outcome(int ExitCode, string Output, string Error)
    {
        /// <summary>The lines of standard output.</summary>
        public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        /// <summary>Fails unless it ended well and quietly.</summary>
        public Outcome Good()
        {
            Assert.True(ExitCode == 0, $"exit code {ExitCode}: {Error}");
            Assert.Equal("", Error);
            return this;
        }

        /// <summary>Fails unless it ended with one line on standard error that holds every part.</summary>
        public Outcome Bad(int exitCode, params string[] parts)
        {
            Assert.True(ExitCode == exitCode, $"exit code {ExitCode} instead of {exitCode}: {Error}{Output}");
            Assert.StartsWith("unroll: ", Error, StringComparison.Ordinal);
            Assert.Equal(1, Error.Count(letter => letter == '\n'));
            foreach (var part in parts)
                Assert.Contains(part, Error, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", Error, StringComparison.Ordinal);
            return this;
        }
    }

    /// <summary>A program that runs.</summary>
    internal sealed partial class Running : IDisposable
    {
        private readonly Process process;
        private readonly StringBuilder output = new();
        private readonly Task<string> error;
        private readonly Task reading;

        public Running(Process process)
        {
            this.process = process;
            process.StandardInput.Close();
            error = process.StandardError.ReadToEndAsync();
            reading = Task.Run(Read);
        }

        /// <summary>What it has written so far.</summary>
        public string Output
        {
            get
            {
                lock (output)
                    return output.ToString();
            }
        }

        /// <summary>Waits until a text is in its output.</summary>
        public void WaitFor(string text)
        {
            var watch = Stopwatch.StartNew();
            while (!Output.Contains(text, StringComparison.Ordinal))
            {
                Assert.True(watch.Elapsed < Patience, $"'{text}' did not come; the output is: {Output}");
                Assert.False(reading.IsCompleted && !Output.Contains(text, StringComparison.Ordinal), $"The program ended without '{text}': {Output}");
                Thread.Sleep(20);
            }
        }

        /// <summary>Does what Ctrl+C does.</summary>
        /// <summary>
        /// Interrupts the process. A job in the background starts with that signal ignored, and so do its children; there the signal to
        /// terminate takes its place, which the program handles the same way.
        /// </summary>
        public void PressControlC() => Assert.Equal(0, Kill(process.Id, InterruptIsIgnored() ? Terminate : Interrupt));

        private static bool InterruptIsIgnored()
        {
            const string Mask = "SigIgn:";
            var line = File.Exists("/proc/self/status") ? File.ReadLines("/proc/self/status").FirstOrDefault(text => text.StartsWith(Mask, StringComparison.Ordinal)) : null;
            return line is not null && (Convert.ToUInt64(line[Mask.Length..].Trim(), 16) & (1UL << (Interrupt - 1))) != 0;
        }

        /// <summary>Kills it at once.</summary>
        public void Kill() => process.Kill(entireProcessTree: true);

        /// <summary>Waits for its end.</summary>
        public Outcome Wait()
        {
            if (!process.WaitForExit(Patience))
            {
                process.Kill(entireProcessTree: true);
                Assert.Fail($"The program did not end: {Output}");
            }

            reading.Wait();
            return new(process.ExitCode, Output, error.Result);
        }

        public void Dispose()
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
            process.Dispose();
        }

        private void Read()
        {
            var buffer = new char[1024];
            while (process.StandardOutput.Read(buffer) is > 0 and var count)
            {
                lock (output)
                    output.Append(buffer, 0, count);
            }
        }

        [LibraryImport("libc", EntryPoint = "kill")]
        private static partial int Kill(int process, int signal);
    }
}
