namespace Unroll.Models;

/// <summary>How well the examples of one label are found.</summary>
/// <param name="Label">The label.</param>
/// <param name="Examples">How many examples have it.</param>
/// <param name="Predicted">How many examples the model gives it to.</param>
/// <param name="Right">How many of both.</param>
public readonly record struct ClassScore(string Label, int Examples, int Predicted, int Right)
{
    /// <summary>How many of those given the label have it; 0 where none is given it.</summary>
    public double Precision => Predicted == 0 ? 0 : (double)Right / Predicted;

    /// <summary>How many of those that have the label are given it; 0 where none has it.</summary>
    public double Recall => Examples == 0 ? 0 : (double)Right / Examples;

    /// <summary>2 · right / (examples + predicted); 0 where the label does not occur in either.</summary>
    public double F1 => Examples + Predicted == 0 ? 0 : 2.0 * Right / (Examples + Predicted);
}
