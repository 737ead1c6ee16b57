using Microsoft.Extensions.Hosting;

namespace Unroll.DependencyInjection;

/// <summary>Loads all models before the host accepts requests, so that one that is missing or damaged stops the start, and follows their files while it runs.</summary>
internal sealed class ModelHost(IEnumerable<IServedModel> models) : BackgroundService
{
    private readonly IServedModel[] models = [.. models];

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var model in models)
        {
            cancellationToken.ThrowIfCancellationRequested();
            model.EnsureLoaded();
        }

        return base.StartAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(models.Select(model => model.WatchAsync(stoppingToken)));
}
