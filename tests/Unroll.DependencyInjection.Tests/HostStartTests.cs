using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Unroll.Models;

namespace Unroll.DependencyInjection.Tests;

/// <summary>A host starts with whole models and with no others.</summary>
public sealed class HostStartTests : IDisposable
{
    private readonly ModelFolder folder = new();
    private readonly RecordedLog log = new();

    [Fact]
    public async Task A_host_has_its_models_ready_before_it_runs()
    {
        var (words, hello) = (folder.TextClassifier("words.safetensors"), folder.LanguageModel("hello.safetensors"));
        using var host = Host(services =>
        {
            services.AddUnrollModel<SequenceClassifier>("words", options => options.Path = words);
            services.AddUnrollModel<LanguageModel>(options => options.Path = hello);
        });

        await host.StartAsync();

        Assert.NotNull(host.Services.GetRequiredKeyedService<IModelProvider<SequenceClassifier>>("words").LoadedAt);
        Assert.NotNull(host.Services.GetRequiredService<IModelProvider<LanguageModel>>().LoadedAt);
        var lines = log.Lines.Where(line => line.Level == LogLevel.Information).Select(line => line.Line[..line.Line.LastIndexOf(", in ", StringComparison.Ordinal)]);
        Assert.Equal(
            [$"Model 'words' is ready: a classifier of 2 labels with 482 parameters, from {words}", $"Model 'language-model' is ready: a language model of 5 tokens with 513 parameters, from {hello}"],
            lines);
        await host.StopAsync();
    }

    [Fact]
    public async Task A_missing_file_stops_the_start()
    {
        using var host = Host(services => services.AddUnrollModel<SequenceClassifier>("words", options => options.Path = folder.File("none.safetensors")));

        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.Equal(
            $"Unroll model 'words': there is no file '{folder.File("none.safetensors")}' (Path is '{folder.File("none.safetensors")}'). Check the path; a relative one starts at the content root.",
            failure.Message);
    }

    [Fact]
    public async Task A_damaged_file_stops_the_start_with_the_words_of_the_library()
    {
        var path = folder.TextClassifier("words.safetensors");
        var bytes = File.ReadAllBytes(path);
        bytes[^5] ^= 1;
        File.WriteAllBytes(path, bytes);
        using var host = Host(services => services.AddUnrollModel<SequenceClassifier>("words", options => options.Path = path));

        var failure = await Assert.ThrowsAsync<InvalidDataException>(() => host.StartAsync());

        Assert.Equal(Assert.Throws<InvalidDataException>(() => SequenceClassifier.Load(path)).Message, failure.Message);
        Assert.Contains((LogLevel.Error, $"Model 'words' could not be loaded from {path}. There is no other."), log.Lines);
    }

    [Fact]
    public async Task A_model_of_another_kind_stops_the_start()
    {
        using var host = Host(services => services.AddUnrollModel<LanguageModel>("words", options => options.Path = folder.TextClassifier("words.safetensors")));

        var failure = await Assert.ThrowsAsync<InvalidDataException>(() => host.StartAsync());

        Assert.Contains("expected 'language-model'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_wrong_options_are_said_at_once()
    {
        using var host = Host(services => services.AddUnrollModel<SequenceClassifier>("words", options => (options.ReloadInterval, options.Cells) = (TimeSpan.Zero, null!)));

        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.Equal(
            [
                "Unroll model 'words': Path is empty; expected a model file that 'unroll train' or Save wrote. Set it where the model is added, or bind a section of the configuration.",
                "Unroll model 'words': ReloadInterval is 00:00:00; expected more than zero and at most 49 days, such as 00:00:05.",
                "Unroll model 'words': Cells is null or holds null; expected cells as Cell.Of<TCell>() makes them, or an empty list.",
            ],
            failure.Failures);
    }

    [Fact]
    public async Task Options_come_from_the_configuration_and_a_relative_path_starts_at_the_content_root()
    {
        folder.TextClassifier("words.safetensors");
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = folder.Path });
        builder.Configuration.AddInMemoryCollection([new("Models:Words:Path", "words.safetensors"), new("Models:Words:WarmUp", "false")]);
        builder.Services.AddUnrollModel<SequenceClassifier>("words").BindConfiguration("Models:Words");
        using var host = builder.Build();

        await host.StartAsync();

        Assert.Equal(2, host.Services.GetRequiredKeyedService<IModelProvider<SequenceClassifier>>("words").Current.Labels.Count);
        Assert.False(host.Services.GetRequiredService<IOptionsMonitor<UnrollModelOptions>>().Get("words").WarmUp);
        await host.StopAsync();
    }

    [Fact]
    public void A_name_is_taken_once()
    {
        var services = new ServiceCollection();
        services.AddUnrollModel<SequenceClassifier>("words");
        services.AddUnrollModel<SequenceClassifier>();

        Assert.StartsWith(
            "There is a model named 'words' already; every model needs a name of its own.",
            Assert.Throws<ArgumentException>(() => services.AddUnrollModel<LanguageModel>("words")).Message, StringComparison.Ordinal);
        Assert.StartsWith(
            "There is a classifier without a name already, or one named so; give the second a name.",
            Assert.Throws<ArgumentException>(() => services.AddUnrollModel<SequenceClassifier>()).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => services.AddUnrollModel<LanguageModel>(" "));
    }

    [Fact]
    public void What_is_no_model_cannot_be_served() => Assert.Equal(
        "String is no model that can be served; expected SequenceClassifier, LanguageModel or Forecaster.",
        Assert.Throws<NotSupportedException>(() => new ServiceCollection().AddUnrollModel<string>()).Message);

    public void Dispose() => folder.Dispose();

    private IHost Host(Action<IServiceCollection> add)
    {
        var builder = new HostApplicationBuilder();
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Trace).AddProvider(log);
        add(builder.Services);
        return builder.Build();
    }
}
