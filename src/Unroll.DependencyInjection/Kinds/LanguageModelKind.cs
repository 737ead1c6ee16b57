using Microsoft.Extensions.DependencyInjection;
using Unroll.Cells;
using Unroll.Models;

namespace Unroll.DependencyInjection.Kinds;

/// <summary>A <see cref="LanguageModel"/>.</summary>
internal sealed class LanguageModelKind : ModelKind<LanguageModel>
{
    public override string Name => "language-model";

    public override LanguageModel Load(string path, IReadOnlyList<Cell> cells) => LanguageModel.Load(path, cells);

    public override void WarmUp(LanguageModel model)
    {
        foreach (var piece in model.Generate("", new() { Length = 1 }))
            GC.KeepAlive(piece);
    }

    public override string Describe(LanguageModel model) => FormattableString.Invariant($"a language model of {model.Vocabulary.Size} tokens with {model.ParameterCount} parameters");

    public override void AddSessions(IServiceCollection services, object? key)
    {
        if (key is null)
            services.AddScoped(own => own.GetRequiredService<IModelProvider<LanguageModel>>().OpenSession());
        else
            services.AddKeyedScoped(key, (own, _) => own.GetRequiredKeyedService<IModelProvider<LanguageModel>>(key).OpenSession());
    }
}
