using System.Diagnostics;

namespace Unroll.DependencyInjection;

/// <summary>Measured work with a model of any kind.</summary>
public static class ModelProviderExtensions
{
    /// <summary>Does a piece of work with the model in use, and enters how long it took and whether it failed into the measurements.</summary>
    /// <typeparam name="TModel">The kind of model.</typeparam>
    /// <typeparam name="TResult">What the work gives.</typeparam>
    /// <param name="provider">What gives the model.</param>
    /// <param name="operation">The work in a word, such as <c>predict</c>; one of a few.</param>
    /// <param name="work">The work; one and the same model for all of it.</param>
    /// <returns>What the work gave.</returns>
    public static TResult Use<TModel, TResult>(this IModelProvider<TModel> provider, string operation, Func<TModel, TResult> work)
        where TModel : class
    {
        ArgumentNullException.ThrowIfNull(provider);
        ArgumentException.ThrowIfNullOrEmpty(operation);
        ArgumentNullException.ThrowIfNull(work);
        var model = provider.Current;
        var start = Stopwatch.GetTimestamp();
        TResult result;
        try
        {
            result = work(model);
        }
        catch (Exception failure)
        {
            provider.Record(operation, Stopwatch.GetElapsedTime(start), failure);
            throw;
        }

        provider.Record(operation, Stopwatch.GetElapsedTime(start));
        return result;
    }
}
