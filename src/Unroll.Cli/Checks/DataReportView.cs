using Unroll.Cli.CommandLine;
using Unroll.Cli.Views;

namespace Unroll.Cli.Checks;

/// <summary>Writes a report of any kind.</summary>
internal static class DataReportView
{
    /// <summary>Writes it for people, or as one JSON object.</summary>
    /// <returns>The exit code.</returns>
    public static int Write(TextWriter output, IDataReport report, bool json)
    {
        if (json)
            WriteJson(output, report);
        else
            WriteText(output, report);
        return report.Findings.AreUsable ? ExitCode.Good : ExitCode.Failed;
    }

    private static void WriteText(TextWriter output, IDataReport report)
    {
        foreach (var line in report.Lines)
            output.WriteLine(line);
        foreach (var finding in report.Findings.WorstFirst)
            output.WriteLine($"{Name(finding.Severity),-9}{finding.Text}");
        var counts = $"{Count(report, Severity.Problem, "problem")}, {Count(report, Severity.Warning, "warning")}";
        output.WriteLine(report.Findings.AreUsable ? $"usable   {counts}" : $"not usable: {counts}");
        if (report.Findings.AreUsable)
            output.WriteLine($"next     {report.Next}");
    }

    private static void WriteJson(TextWriter output, IDataReport report) => JsonLines.Write(output, "check", writer =>
    {
        writer.WriteString("data", report.Path);
        writer.WriteBoolean("usable", report.Findings.AreUsable);
        report.WriteFields(writer);
        writer.WriteStartArray("findings");
        foreach (var finding in report.Findings.WorstFirst)
        {
            writer.WriteStartObject();
            writer.WriteString("severity", Name(finding.Severity));
            writer.WriteString("code", finding.Code);
            writer.WriteString("text", finding.Text);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    });

    private static string Count(IDataReport report, Severity severity, string noun)
    {
        var count = report.Findings.CountOf(severity);
        return $"{count} {(count == 1 ? noun : Figures.Plural(noun))}";
    }

    private static string Name(Severity severity) => severity switch { Severity.Problem => "problem", Severity.Warning => "warning", _ => "note" };
}
