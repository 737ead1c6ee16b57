using System.CommandLine;
using Unroll.Cells;
using Unroll.Cli.CommandLine;
using Unroll.Cli.Views;

namespace Unroll.Cli.Verbs;

/// <summary><c>unroll cells</c>: the cells of the library with their equations, sources and sizes.</summary>
internal static class CellsVerb
{
    private const int MaximumSize = 65_536;
    private const int DefaultInput = 64;
    private const int DefaultHidden = 256;

    private static readonly Argument<string?> Name = new("NAME")
    {
        Description = "One cell, in full (default: all of them)",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<long?> Input = Opt.Whole("--input", "I", 1, MaximumSize, DefaultInput, "Values of one input, for the number of parameters (default 64)");

    private static readonly Option<long?> Hidden = Opt.Whole("--hidden", "H", 1, MaximumSize, DefaultHidden, "Hidden units, for the number of parameters (default 256)");

    private static readonly Option<long?> Projection = Opt.Whole("--projection", "R", 1, MaximumSize, DefaultHidden / 2, "Outputs of a cell that projects them, for the number of parameters (default: half of H)");

    private static readonly Option<long?> Heads = Opt.Whole("--heads", "N", 1, MaximumSize, 4, "Heads of a cell whose units can be split into them, for the number of parameters (default 1)");

    private static readonly Option<bool> Json = Opt.Flag("--json", "Print one JSON object a cell and nothing else");

    public static Command Create()
    {
        var command = new Command("cells", "List the recurrent cells: equations, source, parameters") { Name, Input, Hidden, Projection, Heads, Json };
        command.SetAction(line => Run(line));
        return command.WithExamples("unroll cells", "unroll cells indrnn --input 64 --hidden 512");
    }

    private static int Run(ParseResult line)
    {
        var name = line.GetValue(Name);
        var sizes = new CellSizes((int)(line.GetValue(Input) ?? DefaultInput), (int)(line.GetValue(Hidden) ?? DefaultHidden), (int?)line.GetValue(Projection));
        var cells = name is null ? Cell.BuiltIn : [Named(name)];
        if (line.GetValue(Heads) is { } heads)
            cells = Split(cells, (int)heads, sizes.Hidden);
        if (sizes.Projection > sizes.Hidden)
            throw CommandFailure.Usage($"--projection {sizes.Projection} with --hidden {sizes.Hidden}: expected at most the hidden units.");
        if (sizes.Projection is not null && !cells.Any(cell => cell.ProjectsOutput))
            throw CommandFailure.Usage($"--projection {sizes.Projection}: {name} does not project its output.");
        var output = line.InvocationConfiguration.Output;
        for (var index = 0; index < cells.Count; index++)
        {
            if (line.GetValue(Json))
            {
                JsonLines.Write(output, "cell", writer => CellText.Write(writer, cells[index], sizes));
                continue;
            }

            if (index > 0)
                output.WriteLine();
            foreach (var text in CellText.Lines(cells[index], sizes, inFull: name is not null))
                output.WriteLine(text);
        }

        return ExitCode.Good;
    }

    /// <summary>The cells, those that can be split into heads with so many.</summary>
    private static Cell[] Split(IReadOnlyList<Cell> cells, int heads, int hidden)
    {
        if (hidden % heads != 0)
            throw CommandFailure.Usage($"--heads {heads} with --hidden {hidden}: the hidden units have to be divisible by the heads.");
        if (!cells.Any(CellNames.TakesHeads))
            throw CommandFailure.Usage($"--heads {heads}: the units of {CellNames.Shown(cells[0].Name)} cannot be split into heads; those of {CellNames.WithHeads} can.");
        return [.. cells.Select(cell => CellNames.TakesHeads(cell) ? cell.WithHeads(heads) : cell)];
    }

    private static Cell Named(string name)
    {
        if (ParseErrors.LooksLikeOption(name))
            throw CommandFailure.Usage(ParseErrors.UnknownOption(name, Create()));
        return CellNames.Find(name) ?? throw CommandFailure.Usage($"there is no cell '{name}'; expected one of {string.Join(", ", CellNames.All)}.");
    }
}
