namespace Unroll.Kernels;

/// <summary>What a cell says of itself to people: <c>unroll cells</c> shows it, and nothing is computed from it.</summary>
/// <param name="Title">What the literature calls it, in a few words.</param>
/// <param name="Equations">One step, in the notation of docs/notation.md: h' and c' are those of the step before. Lines end with <c>\n</c>.</param>
/// <param name="Source">Authors, title, year and equation numbers.</param>
/// <param name="Deviations">Where it differs from the source, in sentences, or null where it does not.</param>
public sealed record CellDescription(string Title, string Equations, string Source, string? Deviations = null);
