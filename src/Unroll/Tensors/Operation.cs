namespace Unroll.Tensors;

/// <summary>
/// One step a tape has recorded: what forward left for backward. The tape keeps the object and hands it out again at the same place of the
/// next pass, so that a steady-state pass allocates nothing.
/// </summary>
internal abstract class Operation
{
    /// <summary>Turns the gradient of the outputs into gradients of the inputs.</summary>
    public abstract void Backward();
}
