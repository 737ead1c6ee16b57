using Unroll.Training;

namespace Unroll.Cli.Runs;

/// <summary>A doctor, and what its page says of the training.</summary>
/// <param name="Doctor">What watches.</param>
/// <param name="Title">What is trained on what.</param>
/// <param name="LossUnit">The unit of the loss.</param>
/// <param name="ClipNorm">What the norm of the gradient is limited to, or null.</param>
internal sealed record Diagnosis(NetworkDoctor Doctor, string Title, string LossUnit, double? ClipNorm);
