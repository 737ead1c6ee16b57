namespace Unroll.DependencyInjection;

/// <summary>A model of any kind, as the host sees it.</summary>
internal interface IServedModel
{
    /// <summary>Loads it unless that is done.</summary>
    void EnsureLoaded();

    /// <summary>Follows its file until it is told to stop; ends at once where the options do not want that.</summary>
    Task WatchAsync(CancellationToken stopping);
}
