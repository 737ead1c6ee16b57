namespace Unroll.Cli.Checks;

/// <summary>The findings of a check, in the order they came; the worst are shown first.</summary>
internal sealed class Findings
{
    private readonly List<Finding> list = [];

    public IEnumerable<Finding> WorstFirst => list.OrderBy(finding => finding.Severity);

    /// <summary>Whether training takes the data.</summary>
    public bool AreUsable => list.TrueForAll(finding => finding.Severity != Severity.Problem);

    public int CountOf(Severity severity) => list.Count(finding => finding.Severity == severity);

    public void Problem(string code, string text) => list.Add(new(Severity.Problem, code, text));

    public void Warning(string code, string text) => list.Add(new(Severity.Warning, code, text));

    public void Note(string code, string text) => list.Add(new(Severity.Note, code, text));
}
