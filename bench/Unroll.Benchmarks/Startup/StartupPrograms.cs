using System.Diagnostics;
using Unroll.Cells;
using Unroll.Data;
using Unroll.Models;
using Unroll.Optimizers;
using Unroll.Training;

namespace Unroll.Benchmarks.Startup;

/// <summary>The programs to start and the models they load, in one folder: the sample ahead of time and with the JIT, the command line, a bare program.</summary>
/// <param name="folder">Where they are, or are published to.</param>
internal sealed class StartupPrograms(DirectoryInfo folder)
{
    private const double AheadOfTimeGoal = 0.1;
    private const double JitGoal = 0.4;
    private const long SizeGoal = 10_000_000;

    private const string AheadOfTime = "ahead-of-time";
    private const string Jit = "jit";
    private const string CommandLine = "command-line";
    private const string Bare = "bare";

    /// <summary>What the sample writes before its first prediction.</summary>
    private const string SamplePrompt = "hel";

    /// <summary>What every program needs at least: one that writes a character and ends.</summary>
    private const string BareProject =
        """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
          </PropertyGroup>
        </Project>
        """;

    /// <summary>Publishes everything into the folder.</summary>
    /// <param name="repository">The root of the repository.</param>
    /// <exception cref="InvalidOperationException">A program could not be published.</exception>
    public void Publish(DirectoryInfo repository)
    {
        var sample = Path.Combine(repository.FullName, "samples", "StreamingAot");
        Publish(sample, AheadOfTime);
        Publish(sample, Jit, "-p:PublishAot=false", "--no-self-contained");
        Publish(Path.Combine(repository.FullName, "src", "Unroll.Cli"), CommandLine);
        var bare = Directory.CreateDirectory(Path.Combine(folder.FullName, "bare-source")).FullName;
        File.WriteAllText(Path.Combine(bare, "Bare.csproj"), BareProject);
        File.WriteAllText(Path.Combine(bare, "Program.cs"), "System.Console.Write('x');\n");
        Publish(bare, Bare);
        Learn("small", new() { Cell = Cell.Lstm, HiddenSize = 32, Layers = 1, EmbeddingSize = 8 });
        Learn("usual", new());
    }

    /// <summary>What is started, in the order of the table.</summary>
    public IEnumerable<StartedProgram> All()
    {
        foreach (var (model, work) in new[] { (Model("small"), "loads an LSTM of 32 units"), (Model("usual"), "loads an LSTM of 2 layers of 256 units") })
        {
            yield return Sample(AheadOfTime, work, model) with { SecondsGoal = AheadOfTimeGoal, FileBytesGoal = SizeGoal };
            yield return Sample(Jit, work, model) with { SecondsGoal = JitGoal };
            yield return new("unroll generate", work, ProgramFile(CommandLine, "Unroll.Cli"), "generate", model, "--length", "8");
        }

        yield return Sample(AheadOfTime, "learns a line of text first");
        yield return Sample(Jit, "learns a line of text first");
        yield return new("a bare program, JIT", "writes one character", ProgramFile(Bare, "Bare"));
    }

    private StartedProgram Sample(string way, string work, params string[] arguments)
    {
        var name = way == AheadOfTime ? "StreamingAot" : "StreamingAot, JIT";
        return new(name, work, ProgramFile(way, "StreamingAot"), arguments) { BytesBefore = SamplePrompt.Length };
    }

    private void Publish(string project, string name, params string[] options)
    {
        string[] arguments = ["publish", project, "-c", "Release", "-o", Path.Combine(folder.FullName, name), "-v", "quiet", "-nologo", .. options];
        using var process = Process.Start("dotnet", arguments);
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"dotnet {string.Join(' ', arguments)}: failed, exit code {process.ExitCode}.");
    }

    /// <summary>A short training: what a model knows does not change how long it takes to load.</summary>
    private void Learn(string name, LanguageModelOptions options)
    {
        var characters = string.Concat(Enumerable.Range(' ', '~' - ' ' + 1).Select(code => (char)code));
        var text = TextCorpus.FromText(string.Concat(Enumerable.Repeat($"{characters}\nhello ", 20)));
        var model = LanguageModel.Create(text.Vocabulary, options);
        new Trainer(model, new() { Optimizer = new AdamW(1e-2f), BatchSize = 8, WindowLength = 24 }).Fit(text, epochs: 1);
        model.Save(Model(name));
    }

    private string Model(string name) => Path.Combine(folder.FullName, $"{name}.safetensors");

    private string ProgramFile(string way, string name) => Path.Combine(folder.FullName, way, OperatingSystem.IsWindows() ? $"{name}.exe" : name);
}
