using System.Runtime.CompilerServices;

namespace Unroll.Kernels;

// Lanes hold no references, which the constraints of a generic interface cannot say.
#pragma warning disable CS8500

/// <summary>
/// How some values came about, step by step: for each node the two it depends on and the partial derivatives. Node 0 stands for constants; its
/// gradient means nothing.
/// </summary>
/// <typeparam name="T">The lane type.</typeparam>
internal unsafe struct Recording<T>
    where T : struct, ISimdLane<T>
{
    private readonly Entry* entries;
    private readonly int capacity;
    private int count;

    /// <summary>An empty recording.</summary>
    /// <param name="memory">Room for <paramref name="capacity"/> entries.</param>
    /// <param name="capacity">The most nodes, at least 1.</param>
    public Recording(Entry* memory, int capacity)
    {
        entries = memory;
        this.capacity = capacity;
        entries[0].Gradient = T.Broadcast(0);
        count = 1;
    }

    /// <summary>How many nodes there are.</summary>
    public readonly int Count => count;

    /// <summary>A value that depends on nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int AddInput()
    {
        Next()->Gradient = T.Broadcast(0);
        return count - 1;
    }

    /// <summary>A value that depends on one other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Add(int node, T partial)
    {
        var entry = Next();
        entry->Gradient = T.Broadcast(0);
        entry->FirstPartial = partial;
        entry->First = node;
        entry->Second = -1;
        return count - 1;
    }

    /// <summary>A value that depends on two others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Add(int first, T firstPartial, int second, T secondPartial)
    {
        var entry = Next();
        entry->Gradient = T.Broadcast(0);
        entry->FirstPartial = firstPartial;
        entry->SecondPartial = secondPartial;
        entry->First = first;
        entry->Second = second;
        return count - 1;
    }

    /// <summary>The gradient that has come to a node so far.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly T Gradient(int node) => entries[node].Gradient;

    /// <summary>Adds to the gradient of a node.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void AddGradient(int node, T gradient) => entries[node].Gradient = entries[node].Gradient + gradient;

    /// <summary>Takes the gradients from the last node down to the inputs.</summary>
    /// <param name="inputs">The nodes that were there before anything was computed, 0 included.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Backward(int inputs)
    {
        for (var entry = entries + count - 1; entry >= entries + inputs; entry--)
        {
            var gradient = entry->Gradient;
            var first = entries + entry->First;
            first->Gradient = T.MultiplyAdd(entry->FirstPartial, gradient, first->Gradient);
            if (entry->Second < 0)
                continue;
            var second = entries + entry->Second;
            second->Gradient = T.MultiplyAdd(entry->SecondPartial, gradient, second->Gradient);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Entry* Next()
    {
        if (count == capacity)
            Full(capacity);
        return entries + count++;
    }

    private static void Full(int capacity) => throw new RecordingFullException(
        $"The step of a cell has more than the {capacity} operations that there is room for; it must do the same each time.");

    /// <summary>One node.</summary>
    public struct Entry
    {
        public T Gradient;
        public T FirstPartial;
        public T SecondPartial;
        public int First;
        public int Second;
    }
}

/// <summary>More was to be recorded than there is room for.</summary>
/// <param name="message">What.</param>
internal sealed class RecordingFullException(string message) : InvalidOperationException(message);
