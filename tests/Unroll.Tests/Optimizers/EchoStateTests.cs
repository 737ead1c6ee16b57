using Unroll.Cells;
using Unroll.Layers;
using Unroll.Optimizers;
using Unroll.Tensors;

namespace Unroll.Tests.Optimizers;

/// <summary>
/// An echo state network whose readout is fitted by ridge regression, on the series of Mackey and Glass (1977) with a delay of 17, on which Jaeger (2001) shows
/// the method.
/// </summary>
public sealed class EchoStateTests
{
    private const int Units = 200;
    private const int Settling = 100;
    private const int Training = 1500;
    private const int Tested = 500;

    /// <summary>They come to 0.011 one step ahead and to 0.027 ten steps ahead; the rest is for other seeds and widths of the lanes.</summary>
    private const double ShareOfPersistence = 0.05;

    private static readonly float[] series = MackeyGlass(Training + Tested + 20);

    [Theory]
    [InlineData(1, 1UL)]
    [InlineData(1, 2UL)]
    [InlineData(10, 1UL)]
    [InlineData(10, 2UL)]
    public void A_forecast_is_far_better_than_that_nothing_changes(int ahead, ulong seed)
    {
        var states = Reservoir(seed).Forward(new Tape(recording: false), Tensor.FromArray(series.AsSpan(0, Training + Tested), new(Training + Tested, 1, 1))).Output.Values;
        var regression = new RidgeRegression(Units, 1);
        regression.Add(states[(Settling * Units)..(Training * Units)], series.AsSpan(Settling + ahead, Training - Settling));
        var readout = new Linear(Units, 1);
        regression.Fit(readout, penalty: 1e-6);

        var (squares, persistent) = (0.0, 0.0);
        var forecast = new float[1];
        for (var time = Training; time < Training + Tested; time++)
        {
            readout.Step(states.Slice(time * Units, Units), forecast);
            squares += Math.Pow(forecast[0] - series[time + ahead], 2);
            persistent += Math.Pow(series[time] - series[time + ahead], 2);
        }

        var share = Math.Sqrt(squares / persistent);
        TestContext.Current.TestOutputHelper?.WriteLine($"{ahead} ahead, seed {seed}: {share:R} of the error of persistence");
        Assert.InRange(share, 0, ShareOfPersistence);
    }

    /// <summary>What gives the network its name: the state is an echo of the input, and where it started from is forgotten.</summary>
    [Fact]
    public void Two_states_become_one_on_the_same_input()
    {
        const int Times = 400;
        var reservoir = Reservoir(3);
        var other = new Tensor(new(1, 1, Units));
        other.Values.Fill(1);
        var x = Tensor.FromArray(series.AsSpan(0, Times), new(Times, 1, 1));
        var one = reservoir.Forward(new Tape(recording: false), x).Output.Values;
        var two = reservoir.Forward(new Tape(recording: false), x, new RecurrentState(other)).Output.Values;

        double Distance(ReadOnlySpan<float> left, ReadOnlySpan<float> right, int time)
        {
            var largest = 0.0;
            for (var unit = time * Units; unit < (time + 1) * Units; unit++)
                largest = Math.Max(largest, Math.Abs(left[unit] - right[unit]));
            return largest;
        }

        Assert.InRange(Distance(one, two, 0), 0.01, 2);
        Assert.InRange(Distance(one, two, Times - 1), 0, 1e-5);
    }

    private static Recurrent Reservoir(ulong seed)
    {
        var reservoir = new Recurrent(Cell.EchoState, inputSize: 1, hiddenSize: Units);
        var random = new CounterRandom(seed);
        foreach (var parameter in reservoir.Parameters)
        {
            if (parameter.Name == "weight_hh_l0")
                Initializer.Reservoir(parameter, ref random);
            else if (parameter.Name == "leak_l0")
                Initializer.Uniform(parameter, 0.2f, 1, ref random);
            else
                Initializer.Uniform(parameter, -0.5f, 0.5f, ref random);
        }

        return reservoir;
    }

    /// <summary><c>dx/dt = 0.2·x(t − 17) / (1 + x(t − 17)^10) − 0.1·x</c> by Euler's method in steps of a tenth; each whole time, once it has settled.</summary>
    private static float[] MackeyGlass(int length)
    {
        const int Delay = 170, Steps = 10, Start = 5000;
        var x = new double[Delay + Start + (length * Steps)];
        Array.Fill(x, 1.2, 0, Delay + 1);
        for (var step = Delay; step < x.Length - 1; step++)
            x[step + 1] = x[step] + (0.1 * ((0.2 * x[step - Delay] / (1 + Math.Pow(x[step - Delay], 10))) - (0.1 * x[step])));
        return [.. Enumerable.Range(0, length).Select(time => (float)x[Delay + Start + (time * Steps)])];
    }
}
