using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Unroll.Models;

namespace Unroll.DependencyInjection.Tests;

/// <summary>A file that is replaced while the host runs.</summary>
public sealed class ReloadTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ModelFolder folder = new();
    private readonly RecordedLog log = new();

    [Fact]
    public async Task A_replaced_file_takes_over_and_work_under_way_keeps_the_model_before()
    {
        using var host = Watching();
        await host.StartAsync();
        var provider = host.Services.GetRequiredService<IModelProvider<SequenceClassifier>>();
        using var request = host.Services.CreateScope();
        var before = request.ServiceProvider.GetRequiredService<SequenceClassifier>();
        var said = before.Predict("aah").Ranked;

        Replace(seed: 2);
        await UntilAsync(() => !ReferenceEquals(provider.Current, before));

        Assert.Same(before, request.ServiceProvider.GetRequiredService<SequenceClassifier>());
        Assert.Equal(said, before.Predict("aah").Ranked);
        Assert.Equal(SequenceClassifier.Load(folder.File("words.safetensors")).Predict("aah").Ranked, provider.Predict("aah").Ranked);
        Assert.Contains(log.Lines, line => line.Line.StartsWith("Model 'classifier' was replaced: a classifier of 2 labels", StringComparison.Ordinal));
        await host.StopAsync();
    }

    [Fact]
    public async Task A_damaged_file_changes_nothing_and_the_next_whole_one_is_taken()
    {
        using var host = Watching();
        await host.StartAsync();
        var provider = host.Services.GetRequiredService<IModelProvider<SequenceClassifier>>();
        var before = provider.Current;

        File.WriteAllText(folder.File("words.safetensors"), "no model");
        await UntilAsync(() => log.Lines.Contains((LogLevel.Error, $"Model 'classifier' could not be loaded from {folder.File("words.safetensors")}. The one before stays in use.")));
        Assert.Same(before, provider.Current);

        Replace(seed: 3);
        await UntilAsync(() => !ReferenceEquals(provider.Current, before));
        await host.StopAsync();
    }

    [Fact]
    public async Task Requests_that_run_while_models_change_get_the_answer_of_one_of_them()
    {
        var services = new ServiceCollection();
        services.AddUnrollModel<SequenceClassifier>(options => options.Path = folder.File("words.safetensors"));
        using var provider = services.BuildServiceProvider();
        var answers = new[] { folder.TextClassifier("one", seed: 1), folder.TextClassifier("two", seed: 2) }.Select(path => SequenceClassifier.Load(path).Predict("aah").Probability).ToArray();
        File.Copy(folder.File("one"), folder.File("words.safetensors"));
        var models = provider.GetRequiredService<IModelProvider<SequenceClassifier>>();
        using var stop = new CancellationTokenSource();

        var readers = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            do
                Assert.Contains(models.Predict("aah").Probability, answers);
            while (!stop.IsCancellationRequested);
        })).ToArray();
        for (var change = 0; change < 30; change++)
        {
            File.Copy(folder.File(change % 2 == 0 ? "two" : "one"), folder.File("next"), overwrite: true);
            File.Move(folder.File("next"), folder.File("words.safetensors"), overwrite: true);
            Assert.Equal(answers[(change + 1) % 2], models.Reload().Predict("aah").Probability);
        }

        await stop.CancelAsync();
        await Task.WhenAll(readers);
    }

    [Fact]
    public void Reload_takes_the_file_as_it_is_and_throws_where_it_cannot()
    {
        var services = new ServiceCollection();
        services.AddUnrollModel<SequenceClassifier>(options => options.Path = folder.TextClassifier("words.safetensors"));
        using var provider = services.BuildServiceProvider();
        var models = provider.GetRequiredService<IModelProvider<SequenceClassifier>>();
        var first = models.Current;

        Assert.NotSame(first, models.Reload());
        var second = models.Current;
        File.WriteAllText(folder.File("words.safetensors"), "no model");
        Assert.Throws<InvalidDataException>(() => models.Reload());
        Assert.Same(second, models.Current);
    }

    public void Dispose() => folder.Dispose();

    private static async Task UntilAsync(Func<bool> holds)
    {
        var end = DateTime.UtcNow + Patience;
        while (!holds())
        {
            Assert.True(DateTime.UtcNow < end, $"It did not come about within {Patience.TotalSeconds} seconds.");
            await Task.Delay(10);
        }
    }

    private void Replace(ulong seed)
    {
        var other = folder.TextClassifier("other", seed);
        // A file system may keep times coarsely; a file of the same length and time is the same to who looks.
        File.SetLastWriteTimeUtc(other, DateTime.UtcNow.AddSeconds(seed));
        File.Move(other, folder.File("words.safetensors"), overwrite: true);
    }

    private IHost Watching()
    {
        var builder = new HostApplicationBuilder();
        builder.Logging.ClearProviders().AddProvider(log);
        var path = folder.TextClassifier("words.safetensors");
        builder.Services.AddUnrollModel<SequenceClassifier>(options =>
            (options.Path, options.ReloadOnChange, options.ReloadInterval) = (path, true, TimeSpan.FromMilliseconds(20)));
        return builder.Build();
    }
}
