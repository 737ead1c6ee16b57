using Unroll.Cli.Runs;
using Unroll.Models;

namespace Unroll.Cli.Views;

/// <summary>What a dry run found out.</summary>
/// <param name="Paths">Where the real run would leave what it makes.</param>
/// <param name="Updates">How many updates were made: two, or one where the real run makes no more.</param>
/// <param name="Validation">The figures after them.</param>
/// <param name="Loss">The training loss of the last one.</param>
/// <param name="ModelBytes">The size of the model file.</param>
/// <param name="Time">An estimate of how long the real run takes.</param>
/// <param name="Memory">The most memory this process held, which is about what the real run needs.</param>
/// <param name="Parameters">How many numbers training changes.</param>
/// <param name="TokensPerSecond">The speed of the last update.</param>
/// <param name="Seconds">How long the dry run took.</param>
/// <param name="TokenName">What one token is.</param>
internal sealed record DryRunResult(
    RunPaths Paths, long Updates, Evaluation Validation, double Loss, long ModelBytes, TimeSpan Time, long Memory, long Parameters, double TokensPerSecond,
    double Seconds, string TokenName);
