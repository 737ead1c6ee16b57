using Microsoft.Extensions.DependencyInjection;
using Unroll.Cells;

namespace Unroll.DependencyInjection.Kinds;

/// <summary>What has to be known of a kind of model to serve it. A new kind is one such class, a line in <see cref="ModelKinds"/>, and its measured work as extensions.</summary>
/// <typeparam name="TModel">The kind.</typeparam>
internal abstract class ModelKind<TModel>
    where TModel : class
{
    /// <summary>The kind in a word, as the metadata of a file says it.</summary>
    public abstract string Name { get; }

    /// <summary>Reads a file.</summary>
    public abstract TModel Load(string path, IReadOnlyList<Cell> cells);

    /// <summary>Runs what requests will run, once.</summary>
    public abstract void WarmUp(TModel model);

    /// <summary>The model in a few words, for the log.</summary>
    public abstract string Describe(TModel model);

    /// <summary>Adds what callers may ask for besides the model, such as a session for each scope.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="key">The key of the model, or null.</param>
    public abstract void AddSessions(IServiceCollection services, object? key);
}
