using System.Globalization;
using System.Text;

namespace Unroll.Automata;

/// <summary>An automaton in the language of Graphviz.</summary>
internal static class DotText
{
    public static string Of(Automaton automaton)
    {
        var text = new StringBuilder("digraph automaton {\n  rankdir=LR;\n  start [shape=point];\n");
        for (var state = 0; state < automaton.StateCount; state++)
            text.Append(CultureInfo.InvariantCulture, $"  {state} [shape={(automaton.IsAccepting(state) ? "doublecircle" : "circle")}];\n");
        text.Append(CultureInfo.InvariantCulture, $"  start -> {automaton.Start};\n");
        for (var state = 0; state < automaton.StateCount; state++)
            AppendArrows(text, automaton, state);
        return text.Append("}\n").ToString();
    }

    private static void AppendArrows(StringBuilder text, Automaton automaton, int state)
    {
        var table = automaton.Table;
        var arrows = Enumerable.Range(0, table.SymbolCount).GroupBy(symbol => table.Next(state, symbol)).OrderBy(arrow => arrow.Key);
        foreach (var arrow in arrows)
        {
            var label = string.Join(", ", arrow.Select(symbol => Label(table.Alphabet[symbol])));
            text.Append(CultureInfo.InvariantCulture, $"  {state} -> {arrow.Key} [label=\"{label}\"];\n");
        }
    }

    private static string Label(char symbol) =>
        symbol is '"' or '\\' ? $"\\{symbol}" : TransitionTable.Shown(symbol).Trim('\'') is { Length: > 0 } shown ? shown : "'";
}
