using Unroll.Kernels;
using Unroll.Tensors;

namespace Unroll.Recurrence;

/// <summary>
/// Recurrent dropout and zoneout of one layer in one direction. The masks are functions of a key and of places in tensors: that of recurrent dropout lies over
/// [B, R], those of zoneout over [T, B, R] and, one for each state, [T, B, H], with the time and the row of the batch, whatever order the engine has them in.
/// </summary>
/// <param name="RecurrentDropout">The rate of recurrent dropout, which does nothing without a key.</param>
/// <param name="ZoneoutOutput">The rate of zoneout of the output.</param>
/// <param name="ZoneoutState">The rate of zoneout of the states that the cell says it may keep.</param>
/// <param name="Key">Names the masks of this layer and direction and, with its place, that of recurrent dropout; null where nothing is random.</param>
/// <param name="Spacing">How far the places of masks of one layer and direction lie apart.</param>
internal readonly record struct Regularization(float RecurrentDropout, float ZoneoutOutput, float ZoneoutState, DropoutKey? Key = null, int Spacing = 1)
{
    /// <summary>The most masks of one layer and direction: of recurrent dropout, of the output and of eight states.</summary>
    public const int MostMasks = 10;

    /// <summary>Whether outputs or states keep values of the step before.</summary>
    public bool HasZoneout => ZoneoutOutput > 0 || ZoneoutState > 0;

    /// <summary>Whether previous outputs are dropped before the recurrent matrix.</summary>
    public bool DropsOutputs => RecurrentDropout > 0 && Key is not null;

    /// <summary>Whether a pass has to know of it.</summary>
    public bool IsActive => HasZoneout || DropsOutputs;

    /// <summary>The mask of recurrent dropout. There is a key.</summary>
    public RandomMask DropoutMask => new(RecurrentDropout, Key!.Value.Bits);

    /// <summary>Zoneout of the output.</summary>
    public Zoneout OfOutput => new(ZoneoutOutput, BitsOf(1));

    /// <summary>Zoneout of a state.</summary>
    /// <param name="state">Which, at most 7.</param>
    public Zoneout OfState(int state) => new(ZoneoutState, BitsOf(2 + state));

    private ulong? BitsOf(int mask) => Key is { } key ? key.At(key.Place + (mask * Spacing)).Bits : null;
}
