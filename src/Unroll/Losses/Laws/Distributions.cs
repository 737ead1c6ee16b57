namespace Unroll.Losses;

/// <summary>The functions of probability distributions that the base class library does not have, to about 12 digits.</summary>
internal static class Distributions
{
    private const int MaximumIterations = 500;
    private const double Precision = 1e-15;

    /// <summary>Where the asymptotic series of the gamma functions have all digits.</summary>
    private const double SeriesStart = 12;

    // The coefficients of Wichura's paper, those of the lowest power first.
    private static ReadOnlySpan<double> QuantileMiddle =>
    [
        3.3871328727963666080, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125,
        45921.953931549871457, 67265.770927008700853, 33430.575583588128105, 2509.0809287301226727,
    ];

    private static ReadOnlySpan<double> QuantileMiddleUnder =>
    [
        1, 42.313330701600911252, 687.18700749205790830, 5394.1960214247511077,
        21213.794301586595867, 39307.895800092710610, 28729.085735721942674, 5226.4952788528545610,
    ];

    private static ReadOnlySpan<double> QuantileNear =>
    [
        1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550, 3.64784832476320460504,
        1.27045825245236838258, 0.241780725177450611770, 0.0227238449892691845833, 7.74545014278341407640e-4,
    ];

    private static ReadOnlySpan<double> QuantileNearUnder =>
    [
        1, 2.05319162663775882187, 1.67638483018380384940, 0.689767334985100004550,
        0.148103976427480074590, 0.0151986665636164571966, 5.47593808499534494600e-4, 1.05075007164441684324e-9,
    ];

    private static ReadOnlySpan<double> QuantileFar =>
    [
        6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580, 0.296560571828504891230,
        0.0265321895265761230930, 0.00124266094738807843860, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
    ];

    private static ReadOnlySpan<double> QuantileFarUnder =>
    [
        1, 0.599832206555887937690, 0.136929880922735805310, 0.0148753612908506148525,
        7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15,
    ];

    /// <summary>log Γ(x) for x above 0: Stirling's series after shifting x up by Γ(x + 1) = x·Γ(x) (Abramowitz and Stegun, 6.1.15 and 6.1.41).</summary>
    public static double LogGamma(double x)
    {
        var shift = 0.0;
        while (x < SeriesStart)
        {
            shift -= Math.Log(x);
            x++;
        }

        var square = 1 / (x * x);
        var series = (1.0 / 12) - (square * ((1.0 / 360) - (square * ((1.0 / 1260) - (square * ((1.0 / 1680) - (square / 1188)))))));
        return shift + ((x - 0.5) * Math.Log(x)) - x + (0.5 * Math.Log(2 * Math.PI)) + (series / x);
    }

    /// <summary>The derivative of <see cref="LogGamma"/> (Abramowitz and Stegun, 6.3.5 and 6.3.18).</summary>
    public static double Digamma(double x)
    {
        var shift = 0.0;
        while (x < SeriesStart)
        {
            shift -= 1 / x;
            x++;
        }

        var square = 1 / (x * x);
        var series = square * ((1.0 / 12) - (square * ((1.0 / 120) - (square * ((1.0 / 252) - (square * ((1.0 / 240) - (square / 132))))))));
        return shift + Math.Log(x) - (0.5 / x) - series;
    }

    /// <summary>
    /// The quantile of the standard normal distribution, by rational functions in the middle and in the tails (Wichura, "Algorithm AS 241: The percentage points of the
    /// normal distribution", 1988, PPND16), to about 16 digits.
    /// </summary>
    /// <param name="probability">Above 0 and below 1.</param>
    public static double NormalQuantile(double probability)
    {
        var fromMiddle = probability - 0.5;
        if (Math.Abs(fromMiddle) <= 0.425)
        {
            var r = 0.180625 - (fromMiddle * fromMiddle);
            return fromMiddle * Polynomial(QuantileMiddle, r) / Polynomial(QuantileMiddleUnder, r);
        }

        var root = Math.Sqrt(-Math.Log(Math.Min(probability, 1 - probability)));
        var magnitude = root <= 5
            ? Polynomial(QuantileNear, root - 1.6) / Polynomial(QuantileNearUnder, root - 1.6)
            : Polynomial(QuantileFar, root - 5) / Polynomial(QuantileFarUnder, root - 5);
        return fromMiddle < 0 ? -magnitude : magnitude;
    }

    /// <summary>P(X ≤ x) of the standard normal distribution.</summary>
    public static double NormalCumulative(double x)
    {
        // erfc by its series near 0 and by its continued fraction beyond (Abramowitz and Stegun, 7.1.6 and 26.2.14).
        var magnitude = Math.Abs(x);
        double tail;
        if (magnitude < 3)
        {
            var (term, sum) = (magnitude, magnitude);
            for (var n = 1; n < MaximumIterations && term > sum * Precision; n++)
            {
                term *= magnitude * magnitude / ((2 * n) + 1);
                sum += term;
            }

            tail = 0.5 - (sum * Math.Exp(-magnitude * magnitude / 2) / Math.Sqrt(2 * Math.PI));
        }
        else
        {
            var fraction = magnitude;
            for (var n = 120; n > 0; n--)
                fraction = magnitude + (n / fraction);
            tail = Math.Exp(-magnitude * magnitude / 2) / (fraction * Math.Sqrt(2 * Math.PI));
        }

        return x < 0 ? tail : 1 - tail;
    }

    /// <summary>
    /// The quantile of Student's t with some degrees of freedom: by an expansion to about six digits (Hill, "Algorithm 396: Student's t-quantiles", 1970), which Newton's
    /// method with a second order term takes to about 12.
    /// </summary>
    /// <param name="probability">Above 0 and below 1.</param>
    /// <param name="freedom">ν, 1 or more.</param>
    public static double StudentQuantile(double probability, double freedom)
    {
        const int MaximumSteps = 50;
        var tail = Math.Min(probability, 1 - probability);
        if (tail >= 0.5)
            return 0;
        var t = StudentStart(tail, freedom);
        var logFront = LogGamma((freedom + 1) / 2) - LogGamma(freedom / 2) - (0.5 * Math.Log(Math.PI * freedom));
        for (var step = 0; step < MaximumSteps; step++)
        {
            // F(t) = q has f as its derivative, and f' = −f·t·(ν + 1)/(ν + t²)
            var density = Math.Exp(logFront - ((freedom + 1) / 2 * Math.Log(1 + (t * t / freedom))));
            var newton = (StudentTail(t, freedom) - tail) / density;
            var change = newton * (1 + (newton * t * (freedom + 1) / (2 * (freedom + (t * t)))));
            // Far out the expansion is coarse; no step goes further than halfway back to 0.
            t = Math.Max(t / 2, t + change);
            if (Math.Abs(change) <= 1e-13 * Math.Max(1, t))
                break;
        }

        return probability < 0.5 ? -t : t;
    }

    /// <summary>P(X ≤ x) of Student's t for x of 0 or more (Abramowitz and Stegun, 26.7.1).</summary>
    public static double StudentCumulative(double x, double freedom) => 1 - StudentTail(x, freedom);

    /// <summary>I of x at a and b, by the continued fraction of Lentz's method (Press and others, "Numerical Recipes", section 6.4, after Abramowitz and Stegun, 26.5.8).</summary>
    public static double RegularizedBeta(double x, double a, double b)
    {
        if (x <= 0)
            return 0;
        if (x >= 1)
            return 1;
        var front = Math.Exp(LogGamma(a + b) - LogGamma(a) - LogGamma(b) + (a * Math.Log(x)) + (b * Math.Log(1 - x)));
        return x < (a + 1) / (a + b + 2) ? front * BetaFraction(x, a, b) / a : 1 - (front * BetaFraction(1 - x, b, a) / b);
    }

    private static double StudentTail(double x, double freedom) => 0.5 * RegularizedBeta(freedom / (freedom + (x * x)), freedom / 2, 0.5);

    private static double StudentStart(double tail, double freedom)
    {
        var a = 1 / (freedom - 0.5);
        var b = 48 / (a * a);
        var c = (((((20700 * a / b) - 98) * a) - 16) * a) + 96.36;
        var d = ((((94.5 / (b + c)) - 3) / b) + 1) * Math.Sqrt(a * Math.PI / 2) * freedom;
        var y = Math.Pow(d * 2 * tail, 2 / freedom);
        if (y > 0.05 + a)
        {
            var x = NormalQuantile(tail);
            y = x * x;
            if (freedom < 5)
                c += 0.3 * (freedom - 4.5) * (x + 0.6);
            c += (((((((0.05 * d * x) - 5) * x) - 7) * x) - 2) * x) + b;
            y = ((((((((0.4 * y) + 6.3) * y) + 36) * y) + 94.5) / c) - y - 3) / b;
            y = (y + 1) * x;
            y = Math.Exp(a * y * y) - 1;
        }
        else
        {
            y = ((((1 / ((((freedom + 6) / (freedom * y)) - (0.089 * d) - 0.822) * (freedom + 2) * 3)) + (0.5 / (freedom + 4))) * y) - 1) * (freedom + 1) / (freedom + 2);
            y += 1 / Math.Pow(d * 2 * tail, 2 / freedom);
        }

        return Math.Sqrt(freedom * Math.Max(y, 1e-12));
    }

    private static double Polynomial(ReadOnlySpan<double> coefficients, double x)
    {
        var value = 0.0;
        for (var power = coefficients.Length - 1; power >= 0; power--)
            value = (value * x) + coefficients[power];
        return value;
    }

    private static double BetaFraction(double x, double a, double b)
    {
        const double Tiny = 1e-300;
        var c = 1.0;
        var d = 1 / NotZero(1 - ((a + b) * x / (a + 1)));
        var result = d;
        for (var m = 1; m <= MaximumIterations * 20; m++)
        {
            var even = m * (b - m) * x / ((a + (2 * m) - 1) * (a + (2 * m)));
            d = 1 / NotZero(1 + (even * d));
            c = NotZero(1 + (even / c));
            result *= d * c;
            var odd = -(a + m) * (a + b + m) * x / ((a + (2 * m)) * (a + (2 * m) + 1));
            d = 1 / NotZero(1 + (odd * d));
            c = NotZero(1 + (odd / c));
            result *= d * c;
            if (Math.Abs((d * c) - 1) < Precision * 4)
                break;
        }

        return result;

        static double NotZero(double value) => Math.Abs(value) < Tiny ? Tiny : value;
    }
}
