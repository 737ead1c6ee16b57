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

    // The first float whose tanh rounds to 1.
    private const float TanhBound = 9.02f;

    private const float TanhPolynomialBound = 0.625f;

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
        var bounded = T.Max(T.Min(x, T.Broadcast(SigmoidBound)), T.Broadcast(-SigmoidBound));
        var n = T.Round(bounded * T.Broadcast(-Log2OfE));
        var one = T.Broadcast(1);
        return one / (one + T.Scale(ExpFraction(T.Broadcast(0) - bounded, n), n));
    }

    /// <summary>
    /// <c>tanh(x) = x + x³ P(x²)</c> below ⅝ (relative error of the fit 4.4e-9), <c>±(1 − 2 / (exp(2|x|) + 1))</c> above.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Tanh(T x)
    {
        var y = x * x;
        var p = T.MultiplyAdd(y, T.Broadcast(-0.005704529397374046f), T.Broadcast(0.020638693948837987f));
        p = T.MultiplyAdd(y, p, T.Broadcast(-0.05373959992980875f));
        p = T.MultiplyAdd(y, p, T.Broadcast(0.13331440889660426f));
        p = T.MultiplyAdd(y, p, T.Broadcast(-0.33333281896800476f));
        var small = T.MultiplyAdd(x * y, p, x);

        var magnitude = T.Abs(x);
        var doubled = T.Min(magnitude, T.Broadcast(TanhBound)) * T.Broadcast(2);
        var n = T.Round(doubled * T.Broadcast(Log2OfE));
        var exponential = T.Scale(ExpFraction(doubled, n), n);
        var large = T.Broadcast(1) - (T.Broadcast(2) / (exponential + T.Broadcast(1)));

        return T.SelectPositive(magnitude - T.Broadcast(TanhPolynomialBound), T.CopySign(large, x), small);
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

    /// <summary><c>exp(x − n ln 2)</c> for |x − n ln 2| ≤ ½ ln 2; relative error of the fit 3.1e-9.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T ExpFraction(T x, T n)
    {
        var r = T.MultiplyAdd(n, T.Broadcast(-LnTwoHigh), x);
        r = T.MultiplyAdd(n, T.Broadcast(-LnTwoLow), r);

        var p = T.MultiplyAdd(r, T.Broadcast(0.001381455111891309f), T.Broadcast(0.008368745165170659f));
        p = T.MultiplyAdd(r, p, T.Broadcast(0.04166839056883512f));
        p = T.MultiplyAdd(r, p, T.Broadcast(0.1666652039866966f));
        p = T.MultiplyAdd(r, p, T.Broadcast(0.49999993433164114f));
        return T.Broadcast(1) + T.MultiplyAdd(r * r, p, r);
    }
}
