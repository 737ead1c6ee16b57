using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Unroll.DependencyInjection.Kinds;

namespace Unroll.DependencyInjection;

/// <summary>The model of one name. Readers take no lock; who loads holds one.</summary>
internal sealed class ModelProvider<TModel>(
    string name, ModelKind<TModel> kind, IOptionsMonitor<UnrollModelOptions> monitor, ModelPaths paths, ModelMeter meter, ILogger logger, TimeProvider clock)
    : IModelProvider<TModel>, IServedModel
    where TModel : class
{
    private readonly Lock loading = new();
    private Loaded? current;

    /// <summary>The file as it was when it was last loaded, or could not be.</summary>
    private FileStamp? tried;

    public string Name => name;

    public TModel Current => (Volatile.Read(ref current) ?? LoadFirst()).Model;

    public DateTimeOffset? LoadedAt => Volatile.Read(ref current)?.At;

    public TModel Reload()
    {
        lock (loading)
            return Load(monitor.Get(name)).Model;
    }

    public void Record(string operation, TimeSpan duration, Exception? failure = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(operation);
        meter.Prediction(name, operation, duration, failure);
        if (failure is ArgumentException or InvalidDataException)
            logger.InputRefused(name, operation, failure.Message);
        else if (failure is not null)
            logger.OperationFailed(failure, name, operation);
    }

    public void EnsureLoaded() => _ = Current;

    public async Task WatchAsync(CancellationToken stopping)
    {
        var options = monitor.Get(name);
        if (!options.ReloadOnChange)
            return;
        using var timer = new PeriodicTimer(options.ReloadInterval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping).ConfigureAwait(false))
                ReloadIfChanged(options);
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    private Loaded LoadFirst()
    {
        lock (loading)
            return current ?? Load(monitor.Get(name));
    }

    private void ReloadIfChanged(UnrollModelOptions options)
    {
        lock (loading)
        {
            // A file that is gone for a moment, between two renames, is no change yet.
            if (FileStamp.Of(paths.Resolve(options.Path)) is not { } now || now == tried)
                return;
            try
            {
                Load(options);
            }
            catch (Exception)
            {
                // It is logged and counted. The model before stays in use, and the file is tried again when it changes again.
            }
        }
    }

    private Loaded Load(UnrollModelOptions options)
    {
        var path = paths.Resolve(options.Path);
        // Before the file is read: what is written meanwhile is a change.
        tried = FileStamp.Of(path);
        var start = Stopwatch.GetTimestamp();
        TModel model;
        try
        {
            model = kind.Load(path, options.Cells);
            if (options.WarmUp)
                kind.WarmUp(model);
        }
        catch (Exception failure)
        {
            meter.Load(name, kind.Name, Stopwatch.GetElapsedTime(start), failure);
            logger.LoadFailed(failure, name, path, current is null ? "There is no other." : "The one before stays in use.");
            throw;
        }

        var duration = Stopwatch.GetElapsedTime(start);
        meter.Load(name, kind.Name, duration, null);
        if (current is null)
            logger.Loaded(name, kind.Describe(model), path, (long)duration.TotalMilliseconds);
        else
            logger.Replaced(name, kind.Describe(model), path, (long)duration.TotalMilliseconds);
        var loaded = new Loaded(model, clock.GetUtcNow());
        Volatile.Write(ref current, loaded);
        return loaded;
    }

    private sealed record Loaded(TModel Model, DateTimeOffset At);
}
