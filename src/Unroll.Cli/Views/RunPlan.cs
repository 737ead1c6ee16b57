using Unroll.Cli.Runs;

namespace Unroll.Cli.Views;

/// <summary>What a view says before the first update.</summary>
/// <param name="Paths">Where the run leaves what it makes.</param>
/// <param name="Text">The name of the text.</param>
/// <param name="TrainingTokens">Tokens to learn from.</param>
/// <param name="ValidationTokens">Tokens kept for validation.</param>
/// <param name="VocabularySize">Different tokens.</param>
/// <param name="Model">The model in words.</param>
/// <param name="Parameters">How many numbers training changes.</param>
/// <param name="Budget">How long it trains, in words.</param>
/// <param name="TokenName">What one token is: character, byte or word.</param>
/// <param name="ResumedFrom">The update a checkpoint stood at, or null for a new run.</param>
internal sealed record RunPlan(
    RunPaths Paths, string Text, long TrainingTokens, long ValidationTokens, int VocabularySize, string Model, long Parameters, string Budget,
    string TokenName, long? ResumedFrom);
