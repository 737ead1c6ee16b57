using Unroll.Tests.Oracles;

namespace Unroll.Tests.Recurrence;

/// <summary>Kernels see addresses, not objects: a collection in the middle of a pass must neither move nor free what they use.</summary>
[Collection(AloneCollection.Name)]
public sealed class GarbageCollectionTests
{
    private const int Passes = 20;

    private const int Collections = 20;

    [Theory]
    [CombinatorialCells]
    internal void Collections_in_the_middle_of_a_pass_never_show(OracleCell cell, bool mixedLengths)
    {
        var shape = new RecurrentCase(cell, 24, 49, 2, Bidirectional: true, Bias: true, 8, 6, Seed: 4);
        var weights = shape.Weights();
        var (sequence, seeds) = (shape.Sequence(mixedLengths), shape.Seeds());
        var expected = EngineRun.Of(EngineRun.LayerOf(weights, bidirectional: true), sequence, seeds);
        using var done = new ManualResetEventSlim();
        var collections = 0;
        var collector = new Thread(() =>
        {
            while (!done.IsSet)
            {
                GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: true);
                // Takes the memory that was freed and overwrites it.
                var taken = GC.AllocateUninitializedArray<float>(1 << 16, pinned: true);
                taken.AsSpan().Fill(float.NaN);
                Interlocked.Increment(ref collections);
                // Collections without a pause would stop the pass again before it runs: it would never end.
                Thread.Sleep(1);
            }
        });
        collector.Start();
        try
        {
            for (var pass = 0; pass < Passes || Volatile.Read(ref collections) < Collections; pass++)
            {
                // Nothing of a pass is kept: layer, tape and buffers are garbage as soon as they are not used any more.
                var actual = EngineRun.Of(EngineRun.LayerOf(weights, bidirectional: true), sequence, seeds);
                Close.Bits("y", expected.Y, actual.Y);
                Close.Bits("dx", expected.DX, actual.DX);
                Close.Bits("dh0", expected.DH0, actual.DH0);
                foreach (var (name, gradient) in expected.Gradients)
                    Close.Bits(name, gradient, actual.Gradients[name]);
            }
        }
        finally
        {
            done.Set();
            collector.Join();
        }
    }
}
