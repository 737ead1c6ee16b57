using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Unroll.Training;

namespace Unroll.Models;

/// <summary>A sequence as a <see cref="SequenceClassifier"/> reads it, tokens or scaled channels, with the number of its label. Immutable.</summary>
public sealed class ClassifierExample : ITrainingExample
{
    internal ClassifierExample(int[] tokens, float[] values, int timeSteps, int label, int[]? stepLabels = null)
    {
        StepLabels = stepLabels ?? [];
        Tokens = tokens;
        Values = values;
        TimeSteps = timeSteps;
        Label = label;
    }

    /// <inheritdoc/>
    public int TimeSteps { get; }

    /// <summary>The number of its label, or −1 where it is not known or every step has one.</summary>
    public int Label { get; }

    /// <summary>[T], or empty.</summary>
    internal int[] Tokens { get; }

    /// <summary>Scaled, [T, C], or empty.</summary>
    internal float[] Values { get; }

    /// <summary>The number of the label of each step, [T], or empty.</summary>
    internal int[] StepLabels { get; }

    /// <inheritdoc/>
    public void AppendTo(IncrementalHash hash)
    {
        ArgumentNullException.ThrowIfNull(hash);
        Span<byte> sizes = stackalloc byte[2 * sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(sizes, Label);
        BinaryPrimitives.WriteInt32LittleEndian(sizes[sizeof(int)..], TimeSteps);
        hash.AppendData(sizes);
        hash.AppendData(MemoryMarshal.AsBytes<int>(Tokens));
        hash.AppendData(MemoryMarshal.AsBytes<float>(Values));
        hash.AppendData(MemoryMarshal.AsBytes<int>(StepLabels));
    }
}
