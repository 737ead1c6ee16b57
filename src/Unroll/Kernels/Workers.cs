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

    /// <summary>How long there are no teams, at least, after one whose members had to wait for a processor: many times what the wait cost.</summary>
    private static readonly long LatePause = Stopwatch.Frequency / 50;

    private static readonly Lock Gate = new();

    // One for each thread that was started, by its index less 1; replaced as a whole when there are more.
    private static Worker[] workers = [];

    // Generation in the upper half, next item in the lower half. A closed generation has the largest item number.
    private static long claim = uint.MaxValue;
    private static IParallelWork? current;
    private static int itemCount;
    private static int finished;
    private static int allowed;
    private static long lastShortWork;
    private static long noTeamsBefore;
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

    /// <summary>How many threads can wait for each other: more of them than processors would wait for each other's time slices.</summary>
    public static int TeamLimit => Math.Min(Count, Environment.ProcessorCount);

    /// <summary>Runs all items and returns when the last one is done. Work that starts inside an item runs on that item's thread.</summary>
    /// <param name="work">The work.</param>
    /// <param name="items">How many items.</param>
    /// <param name="shares">Whether there is enough to do for other threads; if not, the caller runs all items.</param>
    /// <exception cref="Exception">What an item threw first, after all items ended.</exception>
    public static void Run(IParallelWork work, int items, bool shares = true)
    {
        if (!shares || items <= 1 || Count <= 1 || insideItem || !Gate.TryEnter())
        {
            for (var item = 0; item < items; item++)
                work.Run(item);
            return;
        }

        try
        {
            var threads = Count;
            StartThreads(threads);
            Share(work, items, threads);
        }
        finally
        {
            Gate.Exit();
        }
    }

    /// <summary>
    /// Says that members of a team waited for a processor that other work had. There are no teams for a while then: a thread alone is slower than two
    /// by half, and a team whose member is not running by many times.
    /// </summary>
    /// <param name="start">When the team began, as <see cref="Stopwatch.GetTimestamp"/> gave it.</param>
    public static void ReportLateTeam(long start)
    {
        var now = Stopwatch.GetTimestamp();
        Volatile.Write(ref noTeamsBefore, now + Math.Max(LatePause, 10 * (now - start)));
    }

    /// <summary>
    /// Runs one item on each of several threads at the same time, so that they may wait for each other inside. Does nothing and returns false where that
    /// many threads are not to be had at once: the caller then does the work alone.
    /// </summary>
    /// <param name="work">An item that fails while others wait for it has to let them go: <see cref="TeamBarrier.Abandon"/>.</param>
    /// <param name="barrier">Where they wait for each other.</param>
    /// <param name="members">How many threads, the caller included.</param>
    public static bool TryRunTogether(IParallelWork work, TeamBarrier barrier, int members) =>
        TryRunTogether(work, barrier, members, Stopwatch.GetTimestamp());

    /// <summary>
    /// As <see cref="TryRunTogether(IParallelWork, TeamBarrier, int)"/>, for work so short that waking a thread would take longer. Threads that sleep are woken for the next time when
    /// the last time was less than a millisecond ago: whoever works all the time soon has them, and who works now and then wakes nobody.
    /// </summary>
    /// <param name="work">An item that fails while others wait for it has to let them go: <see cref="TeamBarrier.Abandon"/>.</param>
    /// <param name="barrier">Where they wait for each other.</param>
    /// <param name="members">How many threads, the caller included.</param>
    public static bool TryRunAwake(IParallelWork work, TeamBarrier barrier, int members)
    {
        var now = Stopwatch.GetTimestamp();
        var isRecent = now - Interlocked.Exchange(ref lastShortWork, now) < 10 * SpinTicks;
        var known = workers;
        var awake = known.Length >= members - 1;
        for (var index = 0; index < Math.Min(members - 1, known.Length); index++)
            awake &= !known[index].IsParked;
        if (awake)
            return TryRunTogether(work, barrier, members, now);
        if (isRecent && members <= TeamLimit && !insideItem && Gate.TryEnter())
        {
            StartThreads(members);
            WakeParked(members - 1);
            Gate.Exit();
        }

        return false;
    }

    private static bool TryRunTogether(IParallelWork work, TeamBarrier barrier, int members, long now)
    {
        if (members > TeamLimit || insideItem || now < Volatile.Read(ref noTeamsBefore) || !Gate.TryEnter())
            return false;
        try
        {
            StartThreads(members);
            Share(work, members, members);
            if (barrier.WasLate)
                ReportLateTeam(now);
            return true;
        }
        finally
        {
            Gate.Exit();
        }
    }

    /// <summary>Shares items out.</summary>
    /// <param name="work">The work.</param>
    /// <param name="items">How many items.</param>
    /// <param name="threads">How many threads may take part; fixed for this work, because members of a team rely on each other even where the limit changes.</param>
    private static void Share(IParallelWork work, int items, int threads)
    {
        var generation = (claim >> 32) + 1;
        current = work;
        itemCount = items;
        failure = null;
        Volatile.Write(ref allowed, threads);
        Volatile.Write(ref finished, 0);
        Interlocked.Exchange(ref claim, generation << 32);
        WakeParked(Math.Min(items, threads) - 1);

        RunItems(generation);
        var spinner = new SpinWait();
        while (Volatile.Read(ref finished) < items)
            spinner.SpinOnce(sleep1Threshold: -1);

        Interlocked.Exchange(ref claim, (generation << 32) | uint.MaxValue);
        current = null;
        failure?.Throw();
    }

    private static void StartThreads(int threads)
    {
        if (workers.Length < threads - 1)
            AddThreads(threads - 1);
    }

    /// <summary>Apart, so that what its lambdas capture is allocated only here.</summary>
    private static void AddThreads(int count)
    {
        var first = workers.Length;
        var more = new Worker[count];
        workers.CopyTo(more, 0);
        for (var index = first; index < count; index++)
            more[index] = new();
        workers = more;
        for (var index = first; index < count; index++)
        {
            var number = index;
            new Thread(() => Loop(more[number], number + 1)) { IsBackground = true, Name = $"Unroll worker {number + 1}" }.Start();
        }
    }

    /// <summary>Wakes as many of the threads that may work now as are wanted and sleep.</summary>
    private static void WakeParked(int wanted)
    {
        for (var index = 0; index < Math.Min(wanted, workers.Length); index++)
            workers[index].WakeIfParked();
    }

    private static void Loop(Worker worker, int index)
    {
        var seen = 0L;
        while (true)
        {
            seen = WaitForGeneration(worker, seen);
            if (index < Volatile.Read(ref allowed))
                RunItems(seen);
        }
    }

    private static long WaitForGeneration(Worker worker, long seen)
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

            worker.Park(seen);
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

    /// <summary>One thread's sleep: a semaphore that is released when the thread has said that it sleeps.</summary>
    private sealed class Worker() : SemaphoreSlim(0)
    {
        private int parked;

        public bool IsParked => Volatile.Read(ref parked) == 1;

        /// <summary>Sleeps until <see cref="WakeIfParked"/>, unless there is new work already.</summary>
        public void Park(long seen)
        {
            // Whoever opens a generation reads the flag after it; this thread reads the generation after the flag.
            Interlocked.Exchange(ref parked, 1);
            var state = Volatile.Read(ref claim);
            if (state >> 32 != seen && (uint)state != uint.MaxValue && Interlocked.Exchange(ref parked, 0) == 1)
                return;
            Wait();
        }

        public void WakeIfParked()
        {
            if (Volatile.Read(ref parked) == 1 && Interlocked.Exchange(ref parked, 0) == 1)
                Release();
        }
    }
}
