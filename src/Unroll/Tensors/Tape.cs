namespace Unroll.Tensors;

/// <summary>
/// Records what a forward pass computes so that <see cref="Backward(Tensor)"/> can run it in reverse, and owns the memory of every tensor on the way.
/// One update fills it, <see cref="Reset"/> hands the same memory to the next. Not safe for use from two threads at once.
/// </summary>
public sealed class Tape
{
    private static long passCount;

    [ThreadStatic]
    private static long currentPass;

    private readonly List<Tensor> tensors = [];
    private readonly List<Operation> operations = [];
    private int tensorCount;
    private int operationCount;
    private long largestWhole;
    private bool isSpent;

    /// <summary>A tape.</summary>
    /// <param name="recording">
    /// False for inference: tensors still come from the tape's memory, but nothing is kept for a backward pass.
    /// </param>
    public Tape(bool recording = true)
    {
        IsRecording = recording;
        KeptShare = recording ? 1 : 0;
    }

    /// <summary>The number of the backward pass that this thread runs or ran last; every pass of the process has its own.</summary>
    internal static long CurrentPass => currentPass;

    /// <summary>
    /// The most bytes that a pass may keep between forward and backward, or null for no limit: tensors and gradients on the tape, and what recurrent layers
    /// keep of each step. Where not all fits, recurrent layers keep the gates of the last steps only and compute those before them again when
    /// backward gets there: the same gradients bit for bit, for at most one more forward pass of these steps.
    /// </summary>
    /// <remarks>
    /// The first pass under a budget keeps as little as it can and measures; later ones keep what there is room for. Parameters, their gradients, packed
    /// weights and an optimiser's state are not counted. Recomputation in segments: Chen et al., "Training Deep Nets with Sublinear Memory Cost"
    /// (2016); through time: Gruslys et al. (2016).
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The budget is below 1.</exception>
    public long? MemoryBudget
    {
        get;
        set
        {
            if (value is < 1)
                throw new ArgumentOutOfRangeException(nameof(value), value, "A memory budget is at least 1 byte, or null for no limit.");
            field = value;
            KeptShare = value is null ? 1 : 0;
        }
    }

    /// <summary>Bytes that the tape and its recurrent layers hold for a pass and its backward: what <see cref="MemoryBudget"/> limits.</summary>
    public long MemoryInBytes
    {
        get
        {
            long bytes = 0;
            foreach (var tensor in tensors)
                bytes += tensor.MemoryInBytes;
            foreach (var operation in operations)
                bytes += operation.MemoryInBytes;
            return bytes;
        }
    }

    /// <summary>Sees what recurrent layers compute, and leaves the loss of last steps alone; null for all work that counts.</summary>
    internal RecurrenceObserver? Observer { get; set; }

    /// <summary>The share of all steps whose gates a recurrent layer keeps for its backward pass, 0…1; it computes the others again.</summary>
    internal double KeptShare { get; private set; }

    /// <summary>Whether operations are kept for a backward pass.</summary>
    public bool IsRecording { get; }

    /// <summary>
    /// Takes a tensor from the tape's memory, valid until <see cref="Reset"/>. Its values are undefined: the caller writes all of them.
    /// </summary>
    /// <param name="shape">Its sizes.</param>
    /// <param name="requiresGradient">Whether a backward pass shall compute its gradient.</param>
    public Tensor Allocate(Shape shape, bool requiresGradient = false)
    {
        if (tensorCount == tensors.Count)
            tensors.Add(new());
        var tensor = tensors[tensorCount++];
        tensor.Reuse(shape, requiresGradient && IsRecording);
        return tensor;
    }

    /// <summary>Forgets what was recorded; the memory is kept for the next pass. Tensors taken from this tape are void.</summary>
    public void Reset()
    {
        tensorCount = 0;
        operationCount = 0;
        isSpent = false;
    }

    /// <summary>Runs back-propagation from a scalar loss: every tensor that requires it gets its gradient.</summary>
    /// <param name="loss">A scalar that this tape computed.</param>
    /// <exception cref="InvalidOperationException">The tape does not record, has run its backward pass already, or the loss is no scalar or depends on nothing that learns.</exception>
    public void Backward(Tensor loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        if (loss.Length != 1)
            throw new InvalidOperationException($"Backward starts from a scalar loss; got a tensor of shape {loss.Shape}. Seed other tensors with SeedGradient and call Backward().");
        if (!loss.RequiresGradient)
            throw new InvalidOperationException("The loss depends on nothing that requires a gradient.");
        loss.SeedGradient([1f]);
        Backward();
    }

    /// <summary>
    /// Runs back-propagation from gradients the caller has written into some tensors of this tape (with <see cref="Tensor.SeedGradient"/>).
    /// </summary>
    /// <exception cref="InvalidOperationException">The tape does not record, or it has run its backward pass since the last <see cref="Reset"/>.</exception>
    /// <exception cref="MemoryBudgetException">
    /// <see cref="MemoryBudget"/> is smaller than what the pass needs at least; the gradients are complete even then.
    /// </exception>
    public void Backward()
    {
        if (!IsRecording)
            throw new InvalidOperationException("This tape was made with recording: false; it keeps nothing for a backward pass.");
        if (isSpent)
            throw new InvalidOperationException("This tape has run its backward pass; what forward left is used up. Reset the tape and run forward again.");
        isSpent = true;
        currentPass = Interlocked.Increment(ref passCount);
        for (var index = operationCount - 1; index >= 0; index--)
            operations[index].Backward();
        GC.KeepAlive(this);
        if (MemoryBudget is { } budget)
            PlanMemory(budget);
    }

    /// <summary>Decides how much the next pass keeps: what this one took besides the gates is what is needed anyway.</summary>
    private void PlanMemory(long budget)
    {
        long reducible = 0, whole = 0;
        foreach (var operation in operations)
        {
            reducible += operation.ReducibleBytes;
            whole += operation.WholeReducibleBytes;
        }

        var held = MemoryInBytes;
        if (held > budget && KeptShare == 0)
            throw new MemoryBudgetException(budget, held);

        // A shorter window says nothing about the next one.
        largestWhole = Math.Max(largestWhole, whole);
        KeptShare = largestWhole == 0 ? 1 : Math.Clamp((double)(budget - held + reducible) / largestWhole, 0, 1);
    }

    /// <summary>
    /// Adds an operation, reusing the object that stood at this place in the last pass when it is of the same type.
    /// </summary>
    internal TOperation Record<TOperation>()
        where TOperation : Operation, new()
    {
        if (operationCount < operations.Count && operations[operationCount] is TOperation known)
        {
            operationCount++;
            return known;
        }

        var operation = new TOperation();
        if (operationCount < operations.Count)
            operations[operationCount] = operation;
        else
            operations.Add(operation);
        operationCount++;
        return operation;
    }
}
