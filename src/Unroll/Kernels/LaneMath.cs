using System.Runtime.CompilerServices;

namespace Unroll.Kernels;

/// <summary>
/// Transcendental functions over float32 lanes, within 3 units in the last place (a test measures it). NaN gives NaN.
/// The polynomials were fitted for the smallest largest relative error (Remez exchange) on the interval each names.
/// </summary>
internal static class LaneMath<T>
    where T : struct, ISimdLane<T>
{
    private const float Log2OfE = 1.44269504f;

    // ln 2 in two parts (Cody and Waite 1980): n · LnTwoHigh is exact for |n| < 2^9.
    private const float LnTwoHigh = 0.693359375f;
    private const float LnTwoLow = -2.12194440e-4f;

    // exp overflows above the first and is zero below the second.
    private const float LargestExponent = 88.7228394f;
    private const float SmallestExponent = -103.972084f;

    private const float TwoToMinus64 = 5.42101086e-20f;

    // Between these, exp and its reciprocal are normal numbers.
    private const float SigmoidBound = 87f;

    // Far beyond the last float whose tanh is not ±1, and exp(2x) is far from the largest float.
    private const float TanhBound = 40f;

    // exp(r) = 1 + r + r² (c₂ + c₃ r + c₄ r² + c₅ r³ + c₆ r⁴) for |r| ≤ ln 2 / 2.
    private const float ExpSecond = 0.49999993433164114f;
    private const float ExpThird = 0.1666652039866966f;
    private const float ExpFourth = 0.04166839056883512f;
    private const float ExpFifth = 0.008368745165170659f;
    private const float ExpSixth = 0.001381455111891309f;

    /// <summary><c>exp(x)</c>; 0 below −103.97, infinity above 88.72.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Exp(T x)
    {
        var bounded = T.Max(T.Min(x, T.Broadcast(LargestExponent + 1)), T.Broadcast(SmallestExponent - 1));
        var n = T.Round(bounded * T.Broadcast(Log2OfE));
        // Two factors, so that results in the subnormal range and near the largest float come out.
        var half = T.Round(n * T.Broadcast(0.5f));
        return T.Scale(T.Scale(ExpFraction(bounded, n), half), n - half);
    }

    /// <summary><c>exp(x)</c> for x that is not over 0, with the bits of <see cref="Exp"/>: one factor does where nothing can overflow.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ExpOfNegative(T x)
    {
        var bounded = T.Max(x, T.Broadcast(SmallestExponent - 1));
        var n = T.Round(bounded * T.Broadcast(Log2OfE));
        // n reaches down to −151: raised by 64, the power of two is a normal number, and the last product alone rounds.
        return T.Scale(ExpFraction(bounded, n), n + T.Broadcast(64)) * T.Broadcast(TwoToMinus64);
    }

    /// <summary><c>1 / (1 + exp(−x))</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sigmoid(T x)
    {
        // −x = n ln 2 − r, so exp(−x) = 2^n (1 + e) with e = exp(−r) − 1.
        var bounded = T.Max(T.Min(x, T.Broadcast(SigmoidBound)), T.Broadcast(-SigmoidBound));
        var biased = T.MultiplyAdd(bounded, T.Broadcast(-Log2OfE), T.Broadcast(FloatBits.PowerBias));
        var n = biased - T.Broadcast(FloatBits.PowerBias);
        var r = T.MultiplyAdd(n, T.Broadcast(LnTwoLow), T.MultiplyAdd(n, T.Broadcast(LnTwoHigh), bounded));

        var p = T.MultiplyAdd(r, T.Broadcast(ExpSixth), T.Broadcast(-ExpFifth));
        p = T.MultiplyAdd(r, p, T.Broadcast(ExpFourth));
        p = T.MultiplyAdd(r, p, T.Broadcast(-ExpThird));
        p = T.MultiplyAdd(r, p, T.Broadcast(ExpSecond));
        var e = T.MultiplyAdd(r * r, p, T.Broadcast(0) - r);

        var power = T.PowerOfTwo(biased);
        return T.Broadcast(1) / T.MultiplyAdd(power, e, power + T.Broadcast(1));
    }

    /// <summary><c>tanh(x) = d / (d + 2)</c> with <c>d = exp(2x) − 1</c>: ±1 exactly for large |x|, and never beyond.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Tanh(T x)
    {
        // x = n ln 2 / 2 + r, so exp(2x) = 2^n (1 + 2e) with e = (exp(2r) − 1) / 2. Where n = 0, d = 2e has the relative error of e.
        var bounded = T.Max(T.Min(x, T.Broadcast(TanhBound)), T.Broadcast(-TanhBound));
        var bias = T.Broadcast(FloatBits.PowerBias + 1);
        var biased = T.MultiplyAdd(bounded, T.Broadcast(2 * Log2OfE), bias);
        var n = biased - bias;
        var r = T.MultiplyAdd(n, T.Broadcast(-LnTwoLow / 2), T.MultiplyAdd(n, T.Broadcast(-LnTwoHigh / 2), bounded));

        var p = T.MultiplyAdd(r, T.Broadcast(32 * ExpSixth), T.Broadcast(16 * ExpFifth));
        p = T.MultiplyAdd(r, p, T.Broadcast(8 * ExpFourth));
        p = T.MultiplyAdd(r, p, T.Broadcast(4 * ExpThird));
        p = T.MultiplyAdd(r, p, T.Broadcast(2 * ExpSecond));
        var e = T.MultiplyAdd(r * r, p, r);

        // The bias is one more, so this is 2^(n+1).
        var power = T.PowerOfTwo(biased);
        var d = T.MultiplyAdd(power, e, T.MultiplyAdd(power, T.Broadcast(0.5f), T.Broadcast(-1)));
        return d / (d + T.Broadcast(2));
    }

    /// <summary><c>ln(x)</c> for positive normal x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Log(T x)
    {
        // x = m · 2^n with m in [√½, √2); ln x = n ln 2 + f + f² P(f), f = m − 1.
        var f = T.SplitExponent(x, out var n) - T.Broadcast(1);

        var p = T.MultiplyAdd(f, T.Broadcast(-0.07621760028450102f), T.Broadcast(0.1290442181003278f));
        p = T.MultiplyAdd(f, p, T.Broadcast(-0.132429898131069f));
        p = T.MultiplyAdd(f, p, T.Broadcast(0.14181827345894502f));
        p = T.MultiplyAdd(f, p, T.Broadcast(-0.1660908260624959f));
        p = T.MultiplyAdd(f, p, T.Broadcast(0.20001973796022607f));
        p = T.MultiplyAdd(f, p, T.Broadcast(-0.2500158295331268f));
        p = T.MultiplyAdd(f, p, T.Broadcast(0.3333332569476676f));
        p = T.MultiplyAdd(f, p, T.Broadcast(-0.4999998834657998f));

        var tail = T.MultiplyAdd(f * f, p, n * T.Broadcast(LnTwoLow));
        return T.MultiplyAdd(n, T.Broadcast(LnTwoHigh), f + tail);
    }

    /// <summary><c>ln(max(x, smallest normal number))</c>; NaN and infinity stay.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T BoundedLog(T x)
    {
        // Splitting the exponent off takes both for numbers. ∞ − x is above 0 for all other x.
        var logarithm = Log(T.Max(x, T.Broadcast(FloatBits.SmallestNormal)));
        return T.SelectPositive(T.Broadcast(float.PositiveInfinity) - x, logarithm, x);
    }

    /// <summary><c>exp(x − n ln 2)</c> for |x − n ln 2| ≤ ½ ln 2; relative error of the fit 3.1e-9.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T ExpFraction(T x, T n)
    {
        var r = T.MultiplyAdd(n, T.Broadcast(-LnTwoHigh), x);
        r = T.MultiplyAdd(n, T.Broadcast(-LnTwoLow), r);

        var p = T.MultiplyAdd(r, T.Broadcast(ExpSixth), T.Broadcast(ExpFifth));
        p = T.MultiplyAdd(r, p, T.Broadcast(ExpFourth));
        p = T.MultiplyAdd(r, p, T.Broadcast(ExpThird));
        p = T.MultiplyAdd(r, p, T.Broadcast(ExpSecond));
        return T.Broadcast(1) + T.MultiplyAdd(r * r, p, r);
    }
}
