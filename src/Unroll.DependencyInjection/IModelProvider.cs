namespace Unroll.DependencyInjection;

/// <summary>
/// Gives the model that is served under a name. One object for the whole program, for any number of threads; the model may be replaced while it runs, so keep
/// the provider and take <see cref="Current"/> for each piece of work.
/// </summary>
/// <typeparam name="TModel">The kind of model.</typeparam>
public interface IModelProvider<TModel>
    where TModel : class
{
    /// <summary>The name it was added with; the kind of the model where it has none.</summary>
    string Name { get; }

    /// <summary>The model in use; loaded by the first call where no host has done so before.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or holds another kind of model; the message says what.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is outside its range.</exception>
    TModel Current { get; }

    /// <summary>When the model in use was loaded; null before the first.</summary>
    DateTimeOffset? LoadedAt { get; }

    /// <summary>Loads the file again, whether it has changed or not; work under way keeps the model it has.</summary>
    /// <returns>The new model, which is now in use.</returns>
    /// <exception cref="FileNotFoundException">There is no such file; the model stays in use.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or holds another kind of model; the model stays in use.</exception>
    TModel Reload();

    /// <summary>Enters a piece of work into the measurements and, where it failed, into the log.</summary>
    /// <param name="operation">What was done in a word, such as <c>predict</c>; one of a few, since each makes a series of its own.</param>
    /// <param name="duration">How long it took.</param>
    /// <param name="failure">What it failed with, or null.</param>
    void Record(string operation, TimeSpan duration, Exception? failure = null);
}
