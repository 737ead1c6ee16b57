using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Unroll.Training;

namespace Unroll.Models;

/// <summary>Some steps of a series in a row, and from which of them a <see cref="Forecaster"/> forecasts what. Immutable.</summary>
public sealed class ForecastWindow : ITrainingExample
{
    internal ForecastWindow(EncodedSeries series, int start, int timeSteps, int firstOrigin, int targetStart, int targetEnd)
    {
        (Series, Start, TimeSteps, FirstOrigin, TargetStart, TargetEnd) = (series, start, timeSteps, firstOrigin, targetStart, targetEnd);
    }

    /// <inheritdoc/>
    public int TimeSteps { get; }

    /// <summary>Its first step.</summary>
    internal int Start { get; }

    /// <summary>The first step of the window that a forecast is made from, 0 for its first.</summary>
    internal int FirstOrigin { get; }

    /// <summary>Only steps of the series from here on, and before <see cref="TargetEnd"/>, are forecast.</summary>
    internal int TargetStart { get; }

    /// <summary>No value from here on is looked at.</summary>
    internal int TargetEnd { get; }

    internal EncodedSeries Series { get; }

    /// <summary>Whether a step is forecast.</summary>
    internal bool IsForecast(int step) => step >= TargetStart && step < TargetEnd;

    /// <inheritdoc/>
    public void AppendTo(IncrementalHash hash)
    {
        ArgumentNullException.ThrowIfNull(hash);
        Span<byte> places = stackalloc byte[6 * sizeof(int)];
        foreach (var (index, place) in (ReadOnlySpan<(int, int)>)[(0, Series.Number), (1, Start), (2, TimeSteps), (3, FirstOrigin), (4, TargetStart), (5, TargetEnd)])
            BinaryPrimitives.WriteInt32LittleEndian(places[(index * sizeof(int))..], place);
        hash.AppendData(places);
        var channels = Series.Series.Channels;
        // What it reads and what it is to forecast, and nothing further: windows are many, and the part may be long.
        var end = Math.Min(Math.Min(TargetEnd, Series.Length), Start + TimeSteps + Series.Horizon);
        hash.AppendData(MemoryMarshal.AsBytes(Series.Values[(Start * channels)..(Math.Max(end, Start) * channels)]));
    }
}
