using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace Unroll.Kernels;

/// <summary>Work that falls into independent numbered items. Which thread runs an item never shows in the result.</summary>
internal interface IParallelWork
{
    /// <summary>Runs one item.</summary>
    /// <param name="item">0 up to the number of items.</param>
    void Run(int item);
}

/// <summary>
/// The threads that kernels share: the caller and some dedicated background threads, which spin briefly between two pieces of work and then
/// park. Nothing here touches the thread pool. One caller at a time uses them; another one that comes meanwhile does its work alone, so
/// several models can run in one process without waiting for each other.
/// </summary>
internal static class Workers
{
    /// <summary>How long a worker looks for new work before it parks: longer than the serial stretches inside an update.</summary>
    private static readonly long SpinTicks = Stopwatch.Frequency / 10_000;

    private static readonly Lock Gate = new();
    private static readonly SemaphoreSlim Wake = new(0);

    // Generation in the upper half, next item in the lower half. A closed generation has the largest item number.
    private static long claim = uint.MaxValue;
    private static IParallelWork? current;
    private static int itemCount;
    private static int finished;
    private static int parked;
    private static int started;
    private static int limit = Environment.ProcessorCount;
    private static ExceptionDispatchInfo? failure;

    [ThreadStatic]
    private static bool insideItem;

    /// <summary>How many threads work together, the caller included; at least 1.</summary>
    public static int Count
    {
        get => Volatile.Read(ref limit);
        set => Volatile.Write(ref limit, value);
    }

    /// <summary>Runs all items and returns when the last one is done. Work that starts inside an item runs on that item's thread.</summary>
    /// <exception cref="Exception">What an item threw first, after all items ended.</exception>
    public static void Run(IParallelWork work, int items)
    {
        if (items <= 1 || Count <= 1 || insideItem || !Gate.TryEnter())
        {
            for (var item = 0; item < items; item++)
                work.Run(item);
            return;
        }

        try
        {
            StartThreads();
            Share(work, items);
        }
        finally
        {
            Gate.Exit();
        }
    }

    private static void Share(IParallelWork work, int items)
    {
        var generation = (claim >> 32) + 1;
        current = work;
        itemCount = items;
        failure = null;
        Volatile.Write(ref finished, 0);
        Interlocked.Exchange(ref claim, generation << 32);
        WakeParked(Math.Min(items, Count) - 1);

        RunItems(generation);
        var spinner = new SpinWait();
        while (Volatile.Read(ref finished) < items)
            spinner.SpinOnce(sleep1Threshold: -1);

        Interlocked.Exchange(ref claim, (generation << 32) | uint.MaxValue);
        current = null;
        failure?.Throw();
    }

    private static void StartThreads()
    {
        while (started < Count - 1)
        {
            started++;
            var index = started;
            new Thread(() => Loop(index)) { IsBackground = true, Name = $"Unroll worker {index}" }.Start();
        }
    }

    private static void WakeParked(int wanted)
    {
        var sleeping = Math.Min(Volatile.Read(ref parked), wanted);
        if (sleeping > 0)
            Wake.Release(sleeping);
    }

    private static void Loop(int index)
    {
        var seen = 0L;
        while (true)
        {
            seen = WaitForGeneration(seen);
            if (index < Count)
                RunItems(seen);
        }
    }

    private static long WaitForGeneration(long seen)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            var state = Volatile.Read(ref claim);
            if (state >> 32 != seen && (uint)state != uint.MaxValue)
                return state >> 32;
            if (Stopwatch.GetTimestamp() - start < SpinTicks)
            {
                Thread.SpinWait(8);
                continue;
            }

            Interlocked.Increment(ref parked);
            state = Volatile.Read(ref claim);
            if (state >> 32 == seen || (uint)state == uint.MaxValue)
                Wake.Wait();
            Interlocked.Decrement(ref parked);
            start = Stopwatch.GetTimestamp();
        }
    }

    private static void RunItems(long generation)
    {
        while (true)
        {
            var state = Volatile.Read(ref claim);
            var work = Volatile.Read(ref current);
            var item = (uint)state;
            if (state >> 32 != generation || item >= (uint)Volatile.Read(ref itemCount) || work is null)
                return;
            if (Interlocked.CompareExchange(ref claim, state + 1, state) != state)
                continue;
            try
            {
                insideItem = true;
                work.Run((int)item);
            }
            catch (Exception exception)
            {
                // Thrown again on the caller's thread when all items have ended.
                Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(exception), null);
            }
            finally
            {
                insideItem = false;
            }

            Interlocked.Increment(ref finished);
        }
    }
}
