using Microsoft.Extensions.DependencyInjection;
using Unroll.Data;
using Unroll.Models;

namespace Unroll.DependencyInjection.Tests;

/// <summary>What a program gets of its services, without a host.</summary>
public sealed class ServingTests : IDisposable
{
    private readonly ModelFolder folder = new();

    [Fact]
    public void Many_threads_get_what_one_gets()
    {
        var path = folder.TextClassifier("words.safetensors");
        using var services = Services(add => add.AddUnrollModel<SequenceClassifier>(options => options.Path = path));
        var provider = services.GetRequiredService<IModelProvider<SequenceClassifier>>();
        string[] texts = [.. Enumerable.Range(1, 200).Select(index => string.Concat(Enumerable.Repeat(index % 3 == 0 ? "ah" : "ho", 1 + (index % 17))))];
        var alone = SequenceClassifier.Load(path);
        var expected = texts.Select(text => alone.Predict(text).Ranked).ToArray();

        var models = new System.Collections.Concurrent.ConcurrentBag<SequenceClassifier>();
        Parallel.For(0, 2000, new() { MaxDegreeOfParallelism = 16 }, work =>
        {
            models.Add(provider.Current);
            Assert.Equal(expected[work % texts.Length], provider.Predict(texts[work % texts.Length]).Ranked);
        });

        Assert.Single(models.Distinct());
    }

    [Fact]
    public void Models_are_told_apart_by_name_and_kind()
    {
        using var services = Services(add =>
        {
            add.AddUnrollModel<SequenceClassifier>("one", options => options.Path = folder.TextClassifier("one.safetensors", seed: 1));
            add.AddUnrollModel<SequenceClassifier>("two", options => options.Path = folder.TextClassifier("two.safetensors", seed: 2));
            add.AddUnrollModel<LanguageModel>(options => options.Path = folder.LanguageModel("hello.safetensors"));
        });
        var (one, two) = (services.GetRequiredKeyedService<IModelProvider<SequenceClassifier>>("one"), services.GetRequiredKeyedService<IModelProvider<SequenceClassifier>>("two"));

        Assert.NotEqual(one.Predict("aah").Probability, two.Predict("aah").Probability);
        Assert.Equal(("one", "two"), (one.Name, two.Name));
        Assert.Null(services.GetService<IModelProvider<SequenceClassifier>>());
        var hello = services.GetRequiredService<IModelProvider<LanguageModel>>();
        Assert.Equal(string.Concat(hello.Current.Generate("he", new() { Length = 20 })), string.Concat(hello.Generate("he", new() { Length = 20 })));
    }

    [Fact]
    public void Each_scope_has_one_model_and_a_session_of_its_own()
    {
        using var services = Services(add =>
        {
            add.AddUnrollModel<SequenceClassifier>("series", options => options.Path = folder.SeriesClassifier("series.safetensors"));
            add.AddUnrollModel<LanguageModel>(options => options.Path = folder.LanguageModel("hello.safetensors"));
        });
        using var first = services.CreateScope();
        using var second = services.CreateScope();
        var session = first.ServiceProvider.GetRequiredKeyedService<ClassifierSession>("series");
        session.Step([1, 2]);

        Assert.Same(session, first.ServiceProvider.GetRequiredKeyedService<ClassifierSession>("series"));
        Assert.Equal(0, second.ServiceProvider.GetRequiredKeyedService<ClassifierSession>("series").Steps);
        Assert.NotSame(first.ServiceProvider.GetRequiredService<LanguageModelSession>(), second.ServiceProvider.GetRequiredService<LanguageModelSession>());
        Assert.Same(first.ServiceProvider.GetRequiredService<LanguageModel>(), second.ServiceProvider.GetRequiredService<LanguageModelSession>().Model);
        Assert.Throws<InvalidOperationException>(() => services.GetRequiredService<LanguageModel>());
    }

    [Theory]
    [InlineData(ForecasterKind.Direct, ForecastOutput.Gaussian, ValueTransform.Logarithm)]
    [InlineData(ForecasterKind.Autoregressive, ForecastOutput.StudentT, ValueTransform.SquareRoot)]
    [InlineData(ForecasterKind.EncoderDecoder, ForecastOutput.Quantiles, ValueTransform.None)]
    public void Forecasters_are_served_like_the_others(ForecasterKind kind, ForecastOutput output, ValueTransform transform)
    {
        var path = folder.Forecaster("sales.safetensors", new() { Kind = kind, Output = output, Transform = transform, HiddenSize = 4, Horizon = 3, Context = 8 });
        using var services = Services(add => add.AddUnrollModel<Forecaster>(options => options.Path = path));
        var provider = services.GetRequiredService<IModelProvider<Forecaster>>();
        var history = TimeSeries.Of(new float[] { 2, 0, 3, 1, 2, 2, float.NaN, 3, float.NaN, 4, float.NaN, 5 }, 2, start: new DateTime(2024, 3, 1));

        Assert.Equal(provider.Current.Forecast(history).Value(2), provider.Forecast(history).Value(2));
        var session = provider.OpenSession(start: new DateTime(2024, 3, 1));
        session.Step([2, 0]);
        Assert.Equal(1, session.Steps);
        Assert.Throws<ArgumentException>(() => provider.OpenSession());
    }

    [Fact]
    public void Without_a_host_the_first_use_says_what_is_wrong()
    {
        using var services = Services(add => add.AddUnrollModel<SequenceClassifier>(options => options.Path = folder.LanguageModel("hello.safetensors")));

        var failure = Assert.Throws<InvalidDataException>(() => services.GetRequiredService<IModelProvider<SequenceClassifier>>().Current);

        Assert.Contains("of kind 'language-model'; expected 'classifier'", failure.Message, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private static ServiceProvider Services(Action<IServiceCollection> add)
    {
        var services = new ServiceCollection();
        add(services);
        return services.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true, ValidateOnBuild = true });
    }
}
