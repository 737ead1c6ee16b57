namespace Unroll.Training;

/// <summary>
/// Which pass a model computes. Everything random in it (dropout) follows from <see cref="Seed"/> and <see cref="Update"/>, so that a resumed
/// run draws what an uninterrupted one would have drawn.
/// </summary>
/// <param name="IsTraining">Whether dropout is active; false while validating.</param>
/// <param name="Seed">The seed of the run.</param>
/// <param name="Update">The number of the update, from 0.</param>
public readonly record struct TrainingStep(bool IsTraining, ulong Seed, long Update);
