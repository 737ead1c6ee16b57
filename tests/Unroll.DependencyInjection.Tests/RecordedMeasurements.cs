using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Unroll.DependencyInjection.Tests;

/// <summary>Keeps what the instruments of one program measure.</summary>
internal sealed class RecordedMeasurements : IDisposable
{
    private readonly MeterListener listener = new();

    /// <summary>Listens to the meters that a factory made, and to no others: tests run side by side.</summary>
    public RecordedMeasurements(IMeterFactory factory)
    {
        listener.InstrumentPublished = (instrument, own) =>
        {
            if (instrument.Meter.Name == "Unroll" && ReferenceEquals(instrument.Meter.Scope, factory))
                own.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>(Keep);
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, state) => Keep(instrument, value, tags, state));
        listener.Start();
    }

    public ConcurrentQueue<(string Name, string? Unit, double Value, string Tags)> Values { get; } = [];

    public IEnumerable<string> TagsOf(string name) => Values.Where(entry => entry.Name == name).Select(entry => entry.Tags);

    public void Dispose() => listener.Dispose();

    private void Keep(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state) =>
        Values.Enqueue((instrument.Name, instrument.Unit, value, string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))));
}
