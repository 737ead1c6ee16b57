namespace Unroll.Models;

/// <summary>Whether values can be computed with.</summary>
internal static class FiniteValues
{
    /// <summary>Whether no value is NaN or infinite.</summary>
    public static bool AreFinite(this ReadOnlySpan<float> values) => !values.ContainsAnyExceptInRange(float.MinValue, float.MaxValue);
}
