using System.Runtime.ExceptionServices;
using System.Threading.Channels;

namespace Unroll.Training;

/// <summary>
/// Trains on a thread of its own, so that no thread of the pool is blocked, and passes the progress on. The thread waits after each report until
/// the reader comes for the next: what the reader does in between sees a model at rest.
/// </summary>
internal sealed class TrainingThread : IAsyncDisposable
{
    private readonly Channel<TrainingProgress> channel = Channel.CreateUnbounded<TrainingProgress>(new() { SingleReader = true, SingleWriter = true });
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim turn = new(0);
    private readonly CancellationTokenSource stop;
    private Exception? failure;
    private bool wasRead;

    public TrainingThread(Action<Action<TrainingProgress>, CancellationToken> train, CancellationToken cancellation)
    {
        stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var thread = new Thread(() => Run(train)) { IsBackground = true, Name = "Unroll training" };
        thread.Start();
    }

    /// <summary>The progress up to the end; throws what training threw.</summary>
    public async IAsyncEnumerable<TrainingProgress> ReadAllAsync()
    {
        await foreach (var progress in channel.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
        {
            yield return progress;
            turn.Release();
        }

        wasRead = true;
        if (failure is not null)
            ExceptionDispatchInfo.Throw(failure);
    }

    /// <summary>Stops training and waits for its end; what failed while stopping, and nobody has seen, is thrown.</summary>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync().ConfigureAwait(false);
        turn.Release();
        await ended.Task.ConfigureAwait(false);
        stop.Dispose();
        turn.Dispose();
        if (!wasRead && failure is not (null or OperationCanceledException))
            ExceptionDispatchInfo.Throw(failure);
    }

    private void Run(Action<Action<TrainingProgress>, CancellationToken> train)
    {
        try
        {
            train(Report, stop.Token);
        }
        catch (Exception exception)
        {
            // Whatever it is belongs to the reader, not to this thread.
            failure = exception;
        }

        channel.Writer.Complete();
        ended.SetResult();
    }

    private void Report(TrainingProgress progress)
    {
        channel.Writer.TryWrite(progress);
        turn.Wait();
    }
}
