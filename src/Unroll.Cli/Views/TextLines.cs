using Unroll.Cli.CommandLine;
using Unroll.Training;

namespace Unroll.Cli.Views;

/// <summary>The lines that the live and the plain view share.</summary>
internal static class TextLines
{
    public static IEnumerable<string> Of(RunPlan plan)
    {
        yield return plan.Paths.Shown;
        yield return $"text     {plan.Text}: {Figures.Count(plan.TrainingTokens)} {Figures.Plural(plan.TokenName)} to learn from, {Figures.Count(plan.ValidationTokens)} for validation, {Figures.Count(plan.VocabularySize)} different";
        yield return $"model    {plan.Model}, {Figures.Count(plan.Parameters)} parameters";
        yield return plan.ResumedFrom is { } update
            ? $"budget   {plan.Budget}, going on after update {Figures.Count(update)}"
            : $"budget   {plan.Budget}";
    }

    public static string Of(ProgressSample sample, string tokenName)
    {
        var left = sample.Left is { } time ? $"  {Figures.Time(time)} left" : "";
        return $"update {sample.Update}  epoch {Figures.Small(sample.Epoch)}  loss {Figures.Loss(sample.Loss)}  validation {Figures.Loss(sample.ValidationLoss)}  "
            + $"{Figures.Count(sample.TokensPerSecond)} {Figures.Plural(tokenName)}/s  gradient norm {Figures.Small(sample.GradientNorm)}{left}";
    }

    public static IEnumerable<string> Of(RunResult result)
    {
        yield return $"validation  {Figures.Headline(result.Validation, result.TokenName)}";
        yield return $"baselines   {Figures.Baselines(result.Validation)}";
        if (!(result.Validation.Nats < result.Validation.UniformNats))
            yield return "warning     this is worse than guessing every token alike; lower --learning-rate or train for longer";
        yield return $"signature   {result.Validation.Signature}";
        yield return $"trained     {Figures.Count(result.Updates)} updates, {Figures.Count(result.TokensPerSecond)} {Figures.Plural(result.TokenName)}/s, {Figures.Time(TimeSpan.FromSeconds(result.Seconds))} in all";
        yield return $"model       {result.Paths.Model}";
        yield return $"curves      {result.Paths.Plot}";
        if (result.Checkpoint is { } checkpoint)
            yield return $"checkpoint  {checkpoint}";
        yield return $"next        {ShellWord.Program()} generate {ShellWord.Quote(result.Paths.Model)}";
        yield return result.Paths.Shown;
    }

    public static IEnumerable<string> Of(DoctorReport report, string? page)
    {
        foreach (var finding in report.Findings)
        {
            yield return $"{(finding.Severity == FindingSeverity.Problem ? "problem " : "warning ")}    {finding.Message}";
            yield return $"  try       {finding.Advice}";
        }

        var found = report.Findings.Count switch
        {
            0 => "nothing wrong",
            1 => "1 finding",
            var count => $"{Figures.Count(count)} findings",
        };
        yield return FormattableString.Invariant($"diagnosis   {found} in {report.Probes:N0} probes of {report.Updates:N0} updates, {100 * report.CostShare:F1} % of the time{(page is null ? "" : $"; {page}")}");
    }

    public static IEnumerable<string> Of(DryRunResult result)
    {
        yield return $"tried       {Figures.Count(result.Updates)} updates, loss {Figures.Loss(result.Loss)}; {Figures.Headline(result.Validation, result.TokenName)} in validation; saved and loaded {Figures.Size(result.ModelBytes)}";
        yield return $"time        about {Figures.Time(result.Time)} for the real run, at {Figures.Count(result.TokensPerSecond)} {Figures.Plural(result.TokenName)}/s";
        yield return $"memory      about {Figures.Size(result.Memory)}";
        yield return $"nothing was left; the real run writes to {result.Paths.Shown}";
    }
}
