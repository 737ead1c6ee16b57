using Unroll.Models;

namespace Unroll.DependencyInjection.Kinds;

/// <summary>The kinds of models that can be served: one line each.</summary>
internal static class ModelKinds
{
    public static ModelKind<TModel> Of<TModel>()
        where TModel : class =>
        Find<TModel>(new ClassifierKind())
        ?? Find<TModel>(new LanguageModelKind())
        ?? Find<TModel>(new ForecastingKind())
        ?? throw new NotSupportedException(
            $"{typeof(TModel).Name} is no model that can be served; expected {nameof(SequenceClassifier)}, {nameof(LanguageModel)} or {nameof(Forecaster)}.");

    private static ModelKind<TModel>? Find<TModel>(object kind)
        where TModel : class => kind as ModelKind<TModel>;
}
