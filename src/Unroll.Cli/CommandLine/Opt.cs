using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Unroll.Cli.CommandLine;

/// <summary>
/// Makes options whose errors say the value, what was expected and what to write. All are optional and null when absent, so that a verb can tell
/// what the user said from what it assumes.
/// </summary>
internal static class Opt
{
    /// <summary>A whole number in a closed range.</summary>
    public static Option<long?> Whole(string name, string unit, long minimum, long maximum, long example, string description) =>
        Parsed<long?>(name, unit, description, text =>
            long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= minimum && value <= maximum
                ? value
                : null,
            Invariant($"a whole number from {minimum} to {maximum}, for example {name} {example}"));

    /// <summary>One whole number or more in a closed range, with commas between them.</summary>
    public static Option<int[]?> Wholes(string name, string unit, int minimum, int maximum, int mostNumbers, string example, string description) =>
        Parsed<int[]?>(name, unit, description, text =>
            {
                var words = text.Split(',');
                var numbers = new int[words.Length];
                for (var index = 0; index < words.Length; index++)
                {
                    if (!int.TryParse(words[index], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[index]) || numbers[index] < minimum || numbers[index] > maximum)
                        return null;
                }

                return numbers.Length <= mostNumbers ? numbers : null;
            },
            Invariant($"1 to {mostNumbers} whole numbers from {minimum} to {maximum} with commas between them, for example {name} {example}"));

    /// <summary>A finite number for which <paramref name="accepts"/> holds.</summary>
    public static Option<double?> Number(
        string name, string unit, Func<double, bool> accepts, string expected, double example, string description) =>
        Parsed<double?>(name, unit, description, text =>
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) && accepts(value)
                ? value
                : null,
            Invariant($"{expected}, for example {name} {example}"));

    /// <summary>One of a few words, which help shows.</summary>
    public static Option<string?> OneOf(string name, string description, params string[] words) => OneOfMany(name, string.Join('|', words), description, words);

    /// <summary>One of more words than help has room for.</summary>
    public static Option<string?> OneOfMany(string name, string unit, string description, string[] words)
    {
        var option = Parsed<string?>(
            name, unit, description, text => words.Contains(text, StringComparer.Ordinal) ? text : null,
            $"one of {string.Join(", ", words)}");
        option.CompletionSources.Add(words);
        return option;
    }

    /// <summary>Any text; an empty one is an error where <paramref name="expected"/> is given.</summary>
    public static Option<string?> Text(string name, string unit, string description, string? expected = null) =>
        Parsed<string?>(name, unit, description, text => expected is not null && text.Length == 0 ? null : text, expected ?? "a text");

    /// <summary>A switch that may name a file with a given ending; its value is empty where it names none, and null where the switch is absent.</summary>
    public static Option<string?> FlagWithFile(string name, string unit, string ending, string description) =>
        new(name)
        {
            Description = description,
            HelpName = unit,
            Arity = ArgumentArity.ZeroOrOne,
            CustomParser = result => result.Tokens.Count == 0
                ? ""
                : Parse(result, name, text => text.EndsWith(ending, StringComparison.OrdinalIgnoreCase) ? text : null, $"a file name that ends in {ending}, or nothing; a text to learn from stands before it"),
        };

    /// <summary>A switch that is on when it is there.</summary>
    public static Option<bool> Flag(string name, string description) => new(name) { Description = description, Arity = ArgumentArity.Zero };

    private static Option<T?> Parsed<T>(string name, string unit, string description, Func<string, T?> parse, string expected) =>
        new(name)
        {
            Description = description,
            HelpName = unit,
            Arity = ArgumentArity.ExactlyOne,
            CustomParser = result => Parse(result, name, parse, expected),
        };

    private static T? Parse<T>(ArgumentResult result, string name, Func<string, T?> parse, string expected)
    {
        var text = result.Tokens[^1].Value;
        var value = parse(text);
        if (value is null)
            result.AddError($"{name} {Shown(text)}: expected {expected}.");
        return value;
    }

    private static string Shown(string text) => text.Length == 0 ? "''" : text;

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
