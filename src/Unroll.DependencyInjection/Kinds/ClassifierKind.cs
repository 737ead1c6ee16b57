using Microsoft.Extensions.DependencyInjection;
using Unroll.Cells;
using Unroll.Models;

namespace Unroll.DependencyInjection.Kinds;

/// <summary>A <see cref="SequenceClassifier"/>.</summary>
internal sealed class ClassifierKind : ModelKind<SequenceClassifier>
{
    /// <summary>Tokens that are tried to find one that can be written.</summary>
    private const int Tried = 1000;

    public override string Name => "classifier";

    public override SequenceClassifier Load(string path, IReadOnlyList<Cell> cells) => SequenceClassifier.Load(path, cells);

    public override void WarmUp(SequenceClassifier model)
    {
        if (model.Scaler is { } scaler)
            model.Predict(scaler.Means.ToArray());
        else if (Text(model) is { } text)
            model.Predict(text);
    }

    public override string Describe(SequenceClassifier model) => FormattableString.Invariant($"a classifier of {model.Labels.Count} labels with {model.ParameterCount} parameters");

    public override void AddSessions(IServiceCollection services, object? key)
    {
        if (key is null)
            services.AddScoped(own => own.GetRequiredService<IModelProvider<SequenceClassifier>>().OpenSession());
        else
            services.AddKeyedScoped(key, (own, _) => own.GetRequiredKeyedService<IModelProvider<SequenceClassifier>>(key).OpenSession());
    }

    /// <summary>A token of the vocabulary that is no white space.</summary>
    private static string? Text(SequenceClassifier model) => Enumerable.Range(0, Math.Min(Tried, model.Vocabulary!.Size))
        .Select(token => model.Vocabulary.Decode([token]))
        .FirstOrDefault(text => !string.IsNullOrWhiteSpace(text) && !text.Contains('\uFFFD'));
}
