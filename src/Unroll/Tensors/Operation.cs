namespace Unroll.Tensors;

/// <summary>
/// One step a tape has recorded: what forward left for backward. The tape keeps the object and hands it out again at the same place of the
/// next pass, so that a steady-state pass allocates nothing.
/// </summary>
/// <remarks>
/// Kernels see addresses, not objects. An operation holds all its tensors in fields, and the forward of each ends with
/// <see cref="GC.KeepAlive"/> of itself, so that no memory is collected while a kernel uses it.
/// </remarks>
internal abstract class Operation
{
    /// <summary>Turns the gradient of the outputs into gradients of the inputs.</summary>
    public abstract void Backward();

    /// <summary>Bytes that the operation itself keeps besides the tape's tensors, as far as they grow with the number of steps.</summary>
    public virtual long MemoryInBytes => 0;

    /// <summary>The part of <see cref="MemoryInBytes"/> that a smaller <see cref="Tape.KeptShare"/> makes smaller.</summary>
    public virtual long ReducibleBytes => 0;

    /// <summary>What <see cref="ReducibleBytes"/> is when everything is kept.</summary>
    public virtual long WholeReducibleBytes => 0;
}
