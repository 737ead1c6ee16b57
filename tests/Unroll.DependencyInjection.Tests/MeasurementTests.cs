using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Unroll.Models;

namespace Unroll.DependencyInjection.Tests;

/// <summary>What is counted, timed and logged.</summary>
public sealed class MeasurementTests : IDisposable
{
    private readonly ModelFolder folder = new();
    private readonly RecordedLog log = new();

    [Fact]
    public async Task Predictions_loads_and_errors_are_measured()
    {
        using var host = Host();
        using var measured = new RecordedMeasurements(host.Services.GetRequiredService<IMeterFactory>());
        await host.StartAsync();
        var words = host.Services.GetRequiredKeyedService<IModelProvider<SequenceClassifier>>("words");
        words.Predict("aah");
        Assert.Throws<InvalidDataException>(() => words.Predict(" "));
        Assert.Throws<DivideByZeroException>(() => words.Use<SequenceClassifier, int>("own", _ => throw new DivideByZeroException()));

        Assert.Equal(["unroll.model=words unroll.kind=classifier", "unroll.model=hello unroll.kind=language-model"], measured.TagsOf(UnrollMetrics.LoadDuration));
        Assert.Equal(
            ["unroll.model=words unroll.operation=predict", "unroll.model=words unroll.operation=predict", "unroll.model=words unroll.operation=own"],
            measured.TagsOf(UnrollMetrics.Predictions));
        Assert.Equal(
            [
                "unroll.model=words unroll.operation=predict error.type=System.IO.InvalidDataException",
                "unroll.model=words unroll.operation=own error.type=System.DivideByZeroException",
            ],
            measured.TagsOf(UnrollMetrics.PredictionErrors));
        Assert.Equal(3, measured.TagsOf(UnrollMetrics.PredictionDuration).Count());
        Assert.All(measured.Values, entry => Assert.InRange(entry.Value, double.Epsilon, 60));
        Assert.Equal(
            [("unroll.model.load.duration", "s"), ("unroll.predictions", "{prediction}"), ("unroll.prediction.duration", "s"), ("unroll.prediction.errors", "{error}")],
            measured.Values.Select(entry => (entry.Name, entry.Unit)).Distinct());
        await host.StopAsync();
    }

    [Fact]
    public async Task A_generation_counts_once_also_when_it_is_left_early()
    {
        using var host = Host();
        using var measured = new RecordedMeasurements(host.Services.GetRequiredService<IMeterFactory>());
        await host.StartAsync();
        var hello = host.Services.GetRequiredKeyedService<IModelProvider<LanguageModel>>("hello");

        Assert.Equal(2, hello.Generate("he", new() { Length = 50 }).Take(2).Count());
        Assert.Throws<ArgumentException>(() => hello.Generate("XYZ"));

        Assert.Equal(["unroll.model=hello unroll.operation=generate", "unroll.model=hello unroll.operation=generate"], measured.TagsOf(UnrollMetrics.Predictions));
        Assert.Equal(["unroll.model=hello unroll.operation=generate error.type=System.ArgumentException"], measured.TagsOf(UnrollMetrics.PredictionErrors));
        await host.StopAsync();
    }

    [Fact]
    public async Task A_failure_is_an_error_and_wrong_input_is_none()
    {
        using var host = Host();
        await host.StartAsync();
        var words = host.Services.GetRequiredKeyedService<IModelProvider<SequenceClassifier>>("words");
        var reason = Assert.Throws<InvalidDataException>(() => words.Predict(" ")).Message;
        Assert.Throws<DivideByZeroException>(() => words.Use<SequenceClassifier, int>("own", _ => throw new DivideByZeroException()));

        Assert.Contains((LogLevel.Debug, $"Model 'words': predict refused its input: {reason}"), log.Lines);
        Assert.Contains((LogLevel.Error, "Model 'words': own failed."), log.Lines);
        await host.StopAsync();
    }

    public void Dispose() => folder.Dispose();

    private IHost Host()
    {
        var builder = new HostApplicationBuilder();
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Trace).AddProvider(log);
        var (words, hello) = (folder.TextClassifier("words.safetensors"), folder.LanguageModel("hello.safetensors"));
        builder.Services.AddUnrollModel<SequenceClassifier>("words", options => options.Path = words);
        builder.Services.AddUnrollModel<LanguageModel>("hello", options => options.Path = hello);
        return builder.Build();
    }
}
