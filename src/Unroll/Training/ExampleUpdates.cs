using System.Buffers.Binary;
using System.Security.Cryptography;
using Unroll.Data;
using Unroll.Tensors;

namespace Unroll.Training;

/// <summary>
/// Batches of examples. Each pass takes them in another order, drawn from the seed and the number of the pass; the last batch may be smaller, so that
/// every example is used once.
/// </summary>
internal sealed class ExampleUpdates<TExample> : UpdateSource
    where TExample : ITrainingExample
{
    // Keeps the orders apart from whatever else draws from the seed of a run.
    private const ulong OrderStream = 0x4F52444552;

    private readonly IExampleModel<TExample> model;
    private readonly IReadOnlyList<TExample> examples;
    private readonly ExampleValidation<TExample>? validation;
    private readonly ulong seed;
    private readonly int[] order;
    private readonly TExample[] batch;
    private WindowPosition position;
    private int batchSize;
    private int stepCount;

    public ExampleUpdates(IExampleModel<TExample> model, IReadOnlyList<TExample> training, IReadOnlyList<TExample>? validation, ExampleTrainerOptions options)
    {
        if (training.Count == 0)
            throw new InvalidDataException("There is no example to train on.");
        if (validation is { Count: 0 })
            throw new InvalidDataException("There is no example to validate on; give at least one, or no list at all.");
        if (validation is null && options.Patience is not null)
            throw new ArgumentException($"{nameof(options.Patience)} needs a validation loss; give examples for validation.", nameof(validation));
        this.model = model;
        examples = training;
        this.validation = validation is null ? null : new(model, validation);
        seed = options.Seed;
        order = new int[training.Count];
        batch = new TExample[Math.Min(options.BatchSize, training.Count)];
        UpdatesPerEpoch = ((training.Count - 1) / batch.Length) + 1;
        Hash = HashOf(training, validation);
        Position = default;
    }

    public override string Hash { get; }

    public override string Mismatch => "the checkpoint was made with other examples for training or validation, or with the same ones in another order";

    public override int UpdatesPerEpoch { get; }

    public override WindowPosition Position
    {
        get => position;
        set
        {
            position = value;
            Shuffle(value.Epoch);
        }
    }

    public override bool HasValidation => validation is not null;

    public override int StepCount => stepCount;

    public override int ExampleCount => batchSize;

    public override void MoveNext()
    {
        if (position.Window == UpdatesPerEpoch)
            Position = new(position.Epoch + 1, 0);
        var start = position.Window * batch.Length;
        batchSize = Math.Min(batch.Length, order.Length - start);
        stepCount = 0;
        for (var index = 0; index < batchSize; index++)
        {
            batch[index] = examples[order[start + index]];
            stepCount += batch[index].TimeSteps;
        }

        position = position with { Window = position.Window + 1 };
    }

    public override Tensor Loss(Tape tape, TrainingStep step) => model.Loss(tape, batch.AsSpan(0, batchSize), step);

    public override void Probe(NetworkDoctor doctor, TrainingStep step)
    {
        var rows = Math.Min(batchSize, doctor.RowsFor(batchSize));
        doctor.Probe(probe => model.Loss(probe, batch.AsSpan(0, rows), step));
    }

    public override double ValidationLoss(TrainingStep step, CancellationToken cancellation) => validation!.MeanLoss(step, cancellation);

    /// <summary>Fisher and Yates; every pass has 2·N random numbers of its own.</summary>
    private void Shuffle(long epoch)
    {
        var random = new CounterRandom(seed, OrderStream) { Position = 2 * (ulong)epoch * (ulong)order.Length };
        for (var index = 0; index < order.Length; index++)
            order[index] = index;
        for (var index = order.Length - 1; index > 0; index--)
        {
            var other = random.NextInt32(index + 1);
            (order[index], order[other]) = (order[other], order[index]);
        }
    }

    private static string HashOf(IReadOnlyList<TExample> training, IReadOnlyList<TExample>? validation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> count = stackalloc byte[sizeof(int)];
        foreach (var list in (ReadOnlySpan<IReadOnlyList<TExample>>)[training, validation ?? []])
        {
            BinaryPrimitives.WriteInt32LittleEndian(count, list.Count);
            hash.AppendData(count);
            foreach (var example in list)
                example.AppendTo(hash);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
