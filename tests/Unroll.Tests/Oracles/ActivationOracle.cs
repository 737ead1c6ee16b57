namespace Unroll.Tests.Oracles;

/// <summary>Activations in double precision and their derivatives, given the value they returned.</summary>
internal static class ActivationOracle
{
    // e^-|x| keeps large arguments finite on both sides.
    public static double Sigmoid(double x)
    {
        var decay = Math.Exp(-Math.Abs(x));
        return x >= 0 ? 1 / (1 + decay) : decay / (1 + decay);
    }

    public static double Relu(double x) => x > 0 ? x : x <= 0 ? 0 : double.NaN;

    public static double TanhSlope(double y) => 1 - (y * y);

    public static double SigmoidSlope(double y) => y * (1 - y);

    public static double ReluSlope(double y) => y > 0 ? 1 : 0;
}
