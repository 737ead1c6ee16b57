namespace Unroll.Kernels;

/// <summary>A method of <see cref="ICell"/> was called that the cell does not have.</summary>
/// <param name="message">What a check says of the cell.</param>
internal sealed class MissingMethodOfCellException(string message) : NotSupportedException(message);
