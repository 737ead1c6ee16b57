namespace Unroll.Tests.Optimizers;

/// <summary>The formulas of PyTorch's documentation, one weight at a time in double precision.</summary>
internal sealed class OptimizerOracle(Func<OptimizerOracle, double, double, double, double> next)
{
    private readonly Func<OptimizerOracle, double, double, double, double> next = next;

    public double A { get; set; }

    public double B { get; set; }

    public double C { get; set; }

    public int Step { get; private set; }

    public double Next(double weight, double gradient, double learningRate)
    {
        Step++;
        return next(this, weight, gradient, learningRate);
    }

    public static OptimizerOracle Sgd(double momentum, bool nesterov, double decay) => new((self, weight, gradient, rate) =>
    {
        gradient += decay * weight;
        if (momentum != 0)
        {
            self.A = self.Step > 1 ? (momentum * self.A) + gradient : gradient;
            gradient = nesterov ? gradient + (momentum * self.A) : self.A;
        }

        return weight - (rate * gradient);
    });

    public static OptimizerOracle Adam(double beta1, double beta2, double epsilon, double decay, bool decoupled) => new((self, weight, gradient, rate) =>
    {
        if (decoupled)
            weight -= rate * decay * weight;
        else
            gradient += decay * weight;
        self.A = (beta1 * self.A) + ((1 - beta1) * gradient);
        self.B = (beta2 * self.B) + ((1 - beta2) * gradient * gradient);
        var first = self.A / (1 - Math.Pow(beta1, self.Step));
        var second = self.B / (1 - Math.Pow(beta2, self.Step));
        return weight - (rate * first / (Math.Sqrt(second) + epsilon));
    });

    public static OptimizerOracle RmsProp(double alpha, double epsilon, double momentum, bool centered, double decay) => new((self, weight, gradient, rate) =>
    {
        gradient += decay * weight;
        self.A = (alpha * self.A) + ((1 - alpha) * gradient * gradient);
        var variance = self.A;
        if (centered)
        {
            self.B = (alpha * self.B) + ((1 - alpha) * gradient);
            variance -= self.B * self.B;
        }

        var direction = gradient / (Math.Sqrt(variance) + epsilon);
        if (momentum == 0)
            return weight - (rate * direction);
        self.C = (momentum * self.C) + direction;
        return weight - (rate * self.C);
    });

    public static OptimizerOracle Adagrad(double rateDecay, double decay, double initial, double epsilon) => new((self, weight, gradient, rate) =>
    {
        if (self.Step == 1)
            self.A = initial;
        var current = rate / (1 + ((self.Step - 1) * rateDecay));
        gradient += decay * weight;
        self.A += gradient * gradient;
        return weight - (current * gradient / (Math.Sqrt(self.A) + epsilon));
    });
}
