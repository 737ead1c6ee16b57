using System.CommandLine;
using System.CommandLine.Parsing;

namespace Unroll.Cli.CommandLine;

/// <summary>Turns what the parser found wrong into one line that ends with where to look.</summary>
internal static class ParseErrors
{
    /// <summary>One line for all errors of a command line.</summary>
    public static string Describe(ParseResult result)
    {
        var command = result.CommandResult.Command;
        var arguments = result.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens).Select(token => token.Value);
        var unknown = result.UnmatchedTokens.Concat(arguments).FirstOrDefault(LooksLikeOption);
        if (unknown is not null)
            return UnknownOption(unknown, command);
        if (command.Subcommands.Count > 0)
            return UnknownVerb(result, command);
        if (result.UnmatchedTokens.Count > 0)
            return $"'{result.UnmatchedTokens[0]}' is one argument too many. See: {Name(command)} --help";
        return $"{result.Errors[0].Message} See: {Name(command)} --help";
    }

    /// <summary>The line for an option that a command does not have, with the nearest one it has.</summary>
    public static string UnknownOption(string token, Command command)
    {
        var word = token.Split('=', 2)[0];
        var near = command.Options.Select(option => option.Name).Append("--help").MinBy(name => Distance(name, word))!;
        var hint = Distance(near, word) <= 3 ? $" Did you mean {near}?" : "";
        return $"there is no option {word}.{hint} See: {Name(command)} --help";
    }

    /// <summary>A command as one types it: <c>unroll train text</c>.</summary>
    public static string Name(Command command)
    {
        var names = new List<string>();
        for (Command? current = command; current is not null; current = current.Parents.OfType<Command>().FirstOrDefault())
            names.Insert(0, current is RootCommand ? "unroll" : current.Name);
        return string.Join(' ', names);
    }

    /// <summary>Whether an argument is a mistyped option: the parser takes what it does not know for a file.</summary>
    public static bool LooksLikeOption(string token) => token.StartsWith('-') && !Path.Exists(token);

    private static string UnknownVerb(ParseResult result, Command command)
    {
        var verbs = string.Join(", ", command.Subcommands.Select(verb => verb.Name));
        var got = result.UnmatchedTokens.Count > 0 ? $"there is no verb '{result.UnmatchedTokens[0]}'" : "no verb given";
        return $"{got}; expected {Name(command)} followed by one of: {verbs}. See: {Name(command)} --help";
    }

    /// <summary>The edit distance of Levenshtein (1966).</summary>
    private static int Distance(string left, string right)
    {
        var previous = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var row = 1; row <= left.Length; row++)
        {
            var current = new int[right.Length + 1];
            current[0] = row;
            for (var column = 1; column <= right.Length; column++)
            {
                var substitution = previous[column - 1] + (left[row - 1] == right[column - 1] ? 0 : 1);
                current[column] = Math.Min(substitution, Math.Min(previous[column], current[column - 1]) + 1);
            }

            previous = current;
        }

        return previous[^1];
    }
}
