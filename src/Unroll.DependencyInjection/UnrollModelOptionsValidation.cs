using Microsoft.Extensions.Options;

namespace Unroll.DependencyInjection;

/// <summary>Says what is wrong with options before a file is opened.</summary>
internal sealed class UnrollModelOptionsValidation(ModelPaths paths) : IValidateOptions<UnrollModelOptions>
{
    /// <summary>What a timer of the runtime can wait for.</summary>
    private static readonly TimeSpan LongestInterval = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    public ValidateOptionsResult Validate(string? name, UnrollModelOptions options)
    {
        var problems = Problems(options).ToList();
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems.Select(problem => $"Unroll model '{name}': {problem}"));
    }

    private IEnumerable<string> Problems(UnrollModelOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.Path))
            yield return "Path is empty; expected a model file that 'unroll train' or Save wrote. Set it where the model is added, or bind a section of the configuration.";
        else if (paths.Resolve(options.Path) is var path && !File.Exists(path))
            yield return $"there is no file '{path}' (Path is '{options.Path}'). Check the path; a relative one starts at the content root.";
        if (options.ReloadInterval <= TimeSpan.Zero || options.ReloadInterval > LongestInterval)
            yield return FormattableString.Invariant($"ReloadInterval is {options.ReloadInterval}; expected more than zero and at most {LongestInterval.Days} days, such as 00:00:05.");
        if (options.Cells is null || options.Cells.Contains(null!))
            yield return "Cells is null or holds null; expected cells as Cell.Of<TCell>() makes them, or an empty list.";
    }
}
