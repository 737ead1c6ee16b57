using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Unroll.Data;
using Unroll.Files;
using Unroll.Optimizers;
using Unroll.Tensors;
using Unroll.Training;

namespace Unroll.Tests.Training;

/// <summary>
/// Kills a training process without warning, again and again, and lets it resume. The end has to be that of a run nobody disturbed: weights,
/// optimiser, position and log, bit for bit.
/// </summary>
public sealed class CrashTests : IDisposable
{
    private const string FolderVariable = "UNROLL_CRASH_FOLDER";

    /// <summary>How many kills; a release run sets it to 1000.</summary>
    private const string KillsVariable = "UNROLL_CRASH_KILLS";

    private const int DefaultKills = 12;
    private const int Epochs = 60;

    /// <summary>How many updates a child reports before it is killed, at most; with a checkpoint every second one it gets on.</summary>
    private const int MaximumReports = 8;

    /// <summary>Milliseconds from that report to the end, at most: anywhere in the updates and saves that follow.</summary>
    private const int MaximumDelay = 20;

    private static readonly TextCorpus Text = Texts.Words(400);

    private string? folder;

    public void Dispose()
    {
        if (folder is not null)
            Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_run_that_is_killed_at_any_moment_ends_like_one_that_is_not()
    {
        // The child, which never comes to its end, must not make one.
        folder = Directory.CreateTempSubdirectory("unroll-crash-").FullName;
        var expected = Directory.CreateDirectory(Path.Combine(folder, "expected")).FullName;
        Train(expected);
        var kills = int.Parse(Environment.GetEnvironmentVariable(KillsVariable) ?? $"{DefaultKills}", CultureInfo.InvariantCulture);
        // Any moment will do; the seed only makes the moments of a run known.
        var random = new CounterRandom((ulong)kills);
        var resumed = 0;
        for (var round = 0; kills > 0; round++)
        {
            var actual = Directory.CreateDirectory(Path.Combine(folder, $"round{round}")).FullName;
            while (kills > 0 && await Kill(actual, (1 + random.NextInt32(MaximumReports), random.NextInt32(MaximumDelay))))
            {
                kills--;
                resumed += File.Exists(Checkpoint(actual)) ? 1 : 0;
            }

            await Kill(actual, moment: null);
            AssertSame(expected, actual);
        }

        Assert.True(resumed > 0, "No kill came after the first checkpoint; the test tests nothing.");
    }

    /// <summary>What the killed process runs; started by the test above.</summary>
    [Fact(Explicit = true)]
    public void Child()
    {
        var target = Environment.GetEnvironmentVariable(FolderVariable);
        Assert.SkipWhen(target is null, "Only the test beside it starts this.");
        Train(target!);
    }

    private static string Checkpoint(string target) => Path.Combine(target, "run.safetensors");

    private static void Train(string target)
    {
        using var log = new FileStream(Path.Combine(target, "log"), FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        var model = new TinyModel(Text.Vocabulary.Size, dropout: 0.3f, hiddenSize: 12);
        var trainer = new Trainer(model, new()
        {
            Optimizer = new AdamW(5e-3f),
            ClipNorm = 1,
            BatchSize = 4,
            WindowLength = 10,
            ReportEvery = 1,
            CheckpointPath = Checkpoint(target),
            CheckpointEvery = 2,
        });
        if (File.Exists(Checkpoint(target)))
            trainer.Resume(Checkpoint(target));
        trainer.Fit(Text, Epochs, new Log(log));
        var hash = SHA256.HashData(MemoryMarshal.AsBytes<float>(model.Weights()));
        File.WriteAllText(Path.Combine(target, "done"), Convert.ToHexString(hash));
    }

    /// <summary>Starts the child, and kills it so many milliseconds after so many reports.</summary>
    /// <returns>Whether it was killed; false if it came to its end.</returns>
    private static async Task<bool> Kill(string target, (int Reports, int Milliseconds)? moment)
    {
        var log = Path.Combine(target, "log");
        var before = Reports(log);
        using var child = Process.Start(StartOf(target))!;
        var output = child.StandardOutput.ReadToEndAsync();
        if (moment is { } when)
        {
            while (Reports(log) < before + when.Reports && !child.HasExited)
                await Task.Delay(1);
            await Task.Delay(when.Milliseconds);
            child.Kill();
        }

        await child.WaitForExitAsync();
        if (moment is null)
            Assert.True(File.Exists(Path.Combine(target, "done")), await output);
        return !File.Exists(Path.Combine(target, "done"));
    }

    private static int Reports(string log)
    {
        if (!File.Exists(log))
            return 0;
        using var stream = new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Count(letter => letter == '\n');
    }

    private static ProcessStartInfo StartOf(string target)
    {
        var program = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "Unroll.Tests.exe" : "Unroll.Tests");
        var start = new ProcessStartInfo(program, ["-method", $"{typeof(CrashTests).FullName}.{nameof(Child)}", "-explicit", "only", "-noAutoReporters"]) { RedirectStandardOutput = true };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("TESTINGPLATFORM_", StringComparison.Ordinal) || name.StartsWith("DOTNET_CLI_TEST", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(name);
        start.Environment[FolderVariable] = target;
        return start;
    }

    private static void AssertSame(string expected, string actual)
    {
        Assert.Equal(File.ReadAllText(Path.Combine(expected, "done")), File.ReadAllText(Path.Combine(actual, "done")));
        // A killed process may have reported updates that come after its last checkpoint; they are reported again, and must be the same.
        Assert.Equal(File.ReadAllLines(Path.Combine(expected, "log")), CompleteLines(actual).Distinct().OrderBy(line => int.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture)));
        Assert.Equal(Content(expected), Content(actual));
    }

    /// <summary>Everything in a checkpoint but the time it took.</summary>
    private static IEnumerable<string> Content(string target)
    {
        var file = SafetensorsFile.Read(Checkpoint(target));
        return file.Metadata.Where(entry => entry.Key != "run.elapsed_ticks").Select(entry => $"{entry.Key}={entry.Value}").Order(StringComparer.Ordinal)
            .Append(file.Sha256!);
    }

    private static IEnumerable<string> CompleteLines(string target)
    {
        var text = File.ReadAllText(Path.Combine(target, "log"));
        return text.Split('\n').Where(line => line.EndsWith(';'));
    }

    private sealed class Log(FileStream stream) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => stream.Write(Encoding.ASCII.GetBytes(FormattableString.Invariant(
            $"{value.Update} {value.Loss:R} {value.ValidationLoss:R} {value.BestValidationLoss:R} {value.GradientNorm:R} {value.LearningRate:R};\n")));
    }
}
