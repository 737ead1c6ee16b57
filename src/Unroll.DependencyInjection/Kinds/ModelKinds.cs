using Unroll.Models;

namespace Unroll.DependencyInjection.Kinds;

/// <summary>The kinds of models that can be served: one line each.</summary>
internal static class ModelKinds
{
    public static ModelKind<TModel> Of<TModel>()
        where TModel : class =>
        Find<TModel>(new ClassifierKind())
        ?? Find<TModel>(new LanguageModelKind())
        ?? throw new NotSupportedException(
            $"{typeof(TModel).Name} is no model that can be served; expected {nameof(SequenceClassifier)} or {nameof(LanguageModel)}.");

    private static ModelKind<TModel>? Find<TModel>(object kind)
        where TModel : class => kind as ModelKind<TModel>;
}
