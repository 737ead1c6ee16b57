using System.Diagnostics;
using Unroll.Models;

namespace Unroll.DependencyInjection;

/// <summary>Measured generation of a served <see cref="LanguageModel"/>.</summary>
public static class LanguageModelProviderExtensions
{
    private const string Operation = "generate";

    /// <summary>Continues a text. It is measured as one piece of work, from the first piece that is asked for to the last one that is taken.</summary>
    /// <param name="provider">What gives the model.</param>
    /// <param name="prompt">What stands before; may be empty. It is not part of what is returned.</param>
    /// <param name="options">How to choose what is written.</param>
    /// <returns>Pieces of text as they come, to be written one after another.</returns>
    /// <exception cref="ArgumentException">The prompt holds something outside the vocabulary, or an option is outside its range.</exception>
    public static IEnumerable<string> Generate(this IModelProvider<LanguageModel> provider, string prompt, GenerateOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(provider);
        ArgumentNullException.ThrowIfNull(prompt);
        var start = Stopwatch.GetTimestamp();
        try
        {
            return Measured(provider, provider.Current.Generate(prompt, options));
        }
        catch (ArgumentException failure)
        {
            provider.Record(Operation, Stopwatch.GetElapsedTime(start), failure);
            throw;
        }
    }

    /// <summary>Opens a stream of tokens on the model in use, which it keeps; one for each caller. Its steps are not measured, since they allocate nothing.</summary>
    /// <param name="provider">What gives the model.</param>
    public static LanguageModelSession OpenSession(this IModelProvider<LanguageModel> provider) =>
        provider.Use("open-session", model => model.OpenSession());

    private static IEnumerable<string> Measured(IModelProvider<LanguageModel> provider, IEnumerable<string> pieces)
    {
        var start = Stopwatch.GetTimestamp();
        Exception? failure = null;
        using var source = pieces.GetEnumerator();
        try
        {
            while (true)
            {
                try
                {
                    if (!source.MoveNext())
                        break;
                }
                catch (Exception thrown)
                {
                    failure = thrown;
                    throw;
                }

                yield return source.Current;
            }
        }
        finally
        {
            provider.Record(Operation, Stopwatch.GetElapsedTime(start), failure);
        }
    }
}
