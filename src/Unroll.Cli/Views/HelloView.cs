using System.Globalization;
using System.Text.Json;
using Spectre.Console;
using Unroll.Cli.Runs;
using Unroll.Models;

namespace Unroll.Cli.Views;

/// <summary>Shows the answers of the network that learns to spell, right ones in green where the console has colours.</summary>
internal sealed class HelloView(IAnsiConsole console)
{
    private const string Right = "green";
    private const string Wrong = "red";

    /// <summary>A console that writes plain lines, for files and pipes.</summary>
    public static IAnsiConsole Plain(TextWriter output)
    {
        var console = AnsiConsole.Create(new() { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Interactive = InteractionSupport.No, Out = new AnsiConsoleOutput(output) });
        // No file is as narrow as a terminal; lines stay whole.
        console.Profile.Width = short.MaxValue;
        return console;
    }

    /// <summary>What is about to be learned.</summary>
    public void Start(HelloLesson lesson, string cell, ulong seed)
    {
        console.WriteLine("The word is hello. The network reads h, e, l, l, one letter a step, and has to");
        console.WriteLine("say the next one: e, l, l, o. All it knows of earlier letters is its state.");
        console.WriteLine(Invariant($"cell {cell}, {HelloLesson.HiddenSize} units, {Figures.Count(lesson.ParameterCount)} parameters, seed {seed}"));
    }

    /// <summary>The scores of all letters at every step.</summary>
    public void Show(string title, string letters, IReadOnlyList<HelloStep> steps)
    {
        console.WriteLine();
        console.WriteLine(title);
        console.WriteLine($"  reads{string.Concat(letters.Select(letter => $"{"score of " + letter,13}"))}   says   right is");
        foreach (var step in steps)
        {
            var best = TokenSampler.Likeliest(step.Scores);
            var cells = letters.Select((letter, index) =>
            {
                var text = step.Scores[index].ToString("F2", CultureInfo.InvariantCulture).PadLeft(13);
                return letter == step.Target ? $"[{Right}]{text}[/]" : text;
            });
            var isRight = letters[best] == step.Target;
            console.MarkupLine($"  {step.Input}    {string.Concat(cells)}   [{(isRight ? Right : Wrong)}]{letters[best]}[/]      {step.Target}    [{(isRight ? Right : Wrong)}]{(isRight ? "yes" : "no")}[/]");
        }
    }

    /// <summary>What happens between the two tables.</summary>
    public void Report(int update, float loss) => console.WriteLine(Invariant($"update {update,4}: loss {loss:F3} nats a letter"));

    /// <summary>An empty line.</summary>
    public void Line() => console.WriteLine();

    /// <summary>Why order matters, from the network's own answers.</summary>
    /// <param name="letters">The vocabulary.</param>
    /// <param name="steps">After training.</param>
    /// <param name="forgetful">The same network, its state emptied before each letter.</param>
    public void Explain(string letters, IReadOnlyList<HelloStep> steps, IReadOnlyList<HelloStep> forgetful)
    {
        char Answer(HelloStep step) => letters[TokenSampler.Likeliest(step.Scores)];
        var (first, second) = (Answer(steps[2]), Answer(steps[3]));
        console.WriteLine();
        console.WriteLine("Why order matters");
        console.WriteLine("  It reads l twice. The input is the same; what should come next is not.");
        console.WriteLine($"  After hel it says {first}, after hell it says {second}: {(first == second ? "it has not learned the word" : "its state tells the two apart")}.");
        console.WriteLine($"  With its state emptied before each letter it says {Answer(forgetful[2])} and {Answer(forgetful[3])}: the same");
        console.WriteLine("  scores twice, so one of the two is wrong. No network without a state gets");
        console.WriteLine(Invariant($"  below (ln 2 + ln 2) / 4 = {Math.Log(2) / 2:F3} nats a letter."));
        if (steps.Any(step => Answer(step) != step.Target))
            console.WriteLine("  This one still gets a letter wrong; another --seed starts elsewhere.");
    }

    /// <summary>A table as fields of a JSON object.</summary>
    public static void Write(Utf8JsonWriter writer, string letters, IReadOnlyList<HelloStep> steps)
    {
        writer.WriteStartArray("steps");
        foreach (var step in steps)
        {
            var best = TokenSampler.Likeliest(step.Scores);
            writer.WriteStartObject();
            writer.WriteString("reads", step.Input.ToString());
            writer.WriteString("says", letters[best].ToString());
            writer.WriteString("right", step.Target.ToString());
            writer.WriteStartObject("scores");
            for (var index = 0; index < letters.Length; index++)
                writer.WriteFigure(letters[index].ToString(), step.Scores[index]);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
