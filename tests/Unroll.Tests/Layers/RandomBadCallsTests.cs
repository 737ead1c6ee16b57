using CsCheck;
using Unroll.Cells;
using Unroll.Data;
using Unroll.Layers;
using Unroll.Losses;
using Unroll.Optimizers;
using Unroll.Tensors;

namespace Unroll.Tests.Layers;

/// <summary>A hundred thousand random calls of the public interface, most of them wrong: they work, or throw the family of ArgumentException.</summary>
public sealed class RandomBadCallsTests
{
    private const int Calls = 100_000;

    private const int CallsOfOneCase = 20;

    /// <summary>Small sizes that may fit each other, and values nobody should pass; none that takes real memory.</summary>
    private static readonly int[] sizes = [1, 2, 3, 3, 4, 5, 0, -1, -7, 1 << 20, 1 << 30, int.MaxValue, int.MinValue];

    private static readonly float[] numbers = [0, 0.1f, 0.5f, 1, 2, -1, float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.Epsilon];

    [Fact]
    public void Only_argument_exceptions() => Gen.Int[0, int.MaxValue].Sample(
        seed =>
        {
            var random = new Random(seed);
            for (var call = 0; call < CallsOfOneCase; call++)
            {
                try
                {
                    Call(random);
                }
                catch (ArgumentException exception)
                {
                    Assert.False(string.IsNullOrWhiteSpace(exception.Message));
                }
            }
        },
        iter: Calls / CallsOfOneCase,
        threads: 1);

    private static int Size(Random random) => sizes[random.Next(sizes.Length)];

    /// <summary>Two sizes that make either a small matrix or one that no memory holds.</summary>
    private static (int, int) Sizes(Random random)
    {
        while (true)
        {
            var (rows, columns) = (Size(random), Size(random));
            if (rows < 1 || columns < 1 || Math.BigMul(rows, columns) is < 1 << 12 or > int.MaxValue)
                return (rows, columns);
        }
    }

    private static int Small(Random random) => random.Next(-1, 6);

    private static float Number(Random random) => numbers[random.Next(numbers.Length)];

    private static Shape AnyShape(Random random)
    {
        var rank = random.Next(0, 6);
        return new([.. Enumerable.Range(0, rank).Select(_ => random.Next(10) == 0 ? Size(random) : random.Next(0, 6))]);
    }

    /// <summary>A tensor of a shape that may fit, or null.</summary>
    private static Tensor? AnyTensor(Random random)
    {
        if (random.Next(20) == 0)
            return null;
        var shape = random.Next(2) == 0 ? new(random.Next(0, 5), random.Next(0, 5), random.Next(1, 6)) : AnyShape(random);
        return shape.Length > 1 << 16 ? null : new(shape, random.Next(2) == 0);
    }

    private static Parameter AnyParameter(Random random) => new("p", new(random.Next(1, 6), random.Next(1, 6)));

    private static int[] AnyIntegers(Random random) => [.. Enumerable.Range(0, random.Next(0, 12)).Select(_ => random.Next(8) == 0 ? Size(random) : Small(random))];

    private static float[] AnyFloats(Random random) => new float[random.Next(0, 12)];

    private static RecurrentState? AnyState(Random random) => random.Next(3) == 0
        ? null
        : new(AnyTensor(random)!, random.Next(2) == 0 ? AnyTensor(random) : null);

    private static Recurrent AnyRecurrent(Random random) => new(Cell.BuiltIn[random.Next(0, 4)], random.Next(1, 6), random.Next(1, 6), new()
    {
        Layers = random.Next(1, 3),
        Bidirectional = random.Next(2) == 0,
        Bias = random.Next(2) == 0,
    });

    private static void Call(Random random)
    {
        var tape = new Tape(random.Next(2) == 0);
        switch (random.Next(22))
        {
            case 0: AnyNewRecurrent(random); break;
            case 1: AnyRecurrent(random).Forward(tape, AnyTensor(random)!, AnyState(random), AnyIntegers(random), default(DropoutKey)); break;
            case 2: Fitting(random, tape); break;
            case 3: AnyRecurrent(random).CreateState(random.Next(4) == 0 ? Size(random) : Small(random)).CopyFrom(AnyState(random)!); break;
            case 4: Stream(random).Step(AnyFloats(random)); break;
            case 5: Stream(random).SetState(AnyState(random)!); break;
            case 6: Stream(random).CopyStateTo(AnyState(random)!); break;
            case 7: Sized(random); break;
            case 8: new Linear(random.Next(1, 6), random.Next(1, 6)).Forward(tape, AnyTensor(random)!); break;
            case 9: new Linear(random.Next(1, 6), random.Next(1, 6)).Step(AnyFloats(random), AnyFloats(random)); break;
            case 10: GradientClipping.ByValue([AnyParameter(random)], Number(random)); break;
            case 11: tape.Embedding(AnyParameter(random), AnyIntegers(random), Small(random), random.Next(9) == 0 ? Size(random) : Small(random)); break;
            case 12: tape.CrossEntropy(AnyTensor(random)!, AnyIntegers(random)); break;
            case 13: tape.LinearSoftmaxCrossEntropy(AnyTensor(random)!, AnyParameter(random), AnyParameter(random), AnyIntegers(random)); break;
            case 14: tape.Dropout(AnyTensor(random)!, Number(random), new(1, 2)); break;
            case 15: tape.Linear(AnyTensor(random)!, AnyParameter(random), random.Next(2) == 0 ? null : new("b", new(random.Next(1, 6)))); break;
            case 16: Tensor.FromArray(AnyFloats(random), AnyShape(random)); break;
            case 17: AnyTensor(random)?.SeedGradient(AnyFloats(random)); break;
            case 18: _ = new Parameter(random.Next(2) == 0 ? "" : "p", new(Small(random))); break;
            case 19: Optimize(random); break;
            case 20: GradientClipping.ByGlobalNorm([AnyParameter(random)], Number(random)); break;
            default: _ = TokenWindows.ForTraining(new int[200], Small(random), Small(random)); break;
        }
    }

    private static void AnyNewRecurrent(Random random)
    {
        var (inputs, hidden) = Sizes(random);
        _ = new Recurrent(random.Next(6) == 0 ? null! : Cell.BuiltIn[random.Next(0, 4)], inputs, hidden, AnyOptions(random));
    }

    private static void Sized(Random random)
    {
        var (rows, columns) = Sizes(random);
        _ = random.Next(3) switch { 0 => new Linear(rows, columns).Weight, 1 => new Embedding(rows, columns).Weight, _ => new Tensor(new(rows, columns)) };
    }

    private static RecurrentOptions AnyOptions(Random random) => new()
    {
        Layers = Small(random),
        Bidirectional = random.Next(2) == 0,
        Dropout = Number(random),
        VariationalDropout = random.Next(2) == 0 ? 0 : Number(random),
        RecurrentDropout = random.Next(2) == 0 ? 0 : Number(random),
        ZoneoutOutput = random.Next(2) == 0 ? 0 : Number(random),
        ZoneoutState = random.Next(2) == 0 ? 0 : Number(random),
        LayerSizes = random.Next(3) == 0 ? AnyIntegers(random) : null,
        Connection = (LayerConnection)random.Next(-1, 4),
        Merge = (DirectionMerge)random.Next(-1, 5),
        TrainableStart = random.Next(2) == 0,
    };

    /// <summary>The input fits; lengths and state may not.</summary>
    private static void Fitting(Random random, Tape tape)
    {
        var layer = AnyRecurrent(random);
        var (time, batch) = (random.Next(1, 4), random.Next(1, 4));
        var state = random.Next(2) == 0 ? layer.CreateState(random.Next(1, 4)) : AnyState(random);
        int[] lengths = random.Next(2) == 0 ? AnyIntegers(random) : [.. Enumerable.Range(0, batch).Select(_ => random.Next(-1, time + 2))];
        var output = layer.Forward(tape, new(new(time, batch, layer.InputSize)), state, lengths);
        output.CopyFinalTo(layer.CreateState(random.Next(1, 4)));
    }

    private static RecurrentStream Stream(Random random) => new Recurrent(Cell.BuiltIn[random.Next(0, 4)], random.Next(1, 6), random.Next(1, 6)).OpenStream();

    private static void Optimize(Random random)
    {
        Optimizer optimizer = random.Next(5) switch
        {
            0 => new Sgd(Number(random), Number(random), random.Next(2) == 0, Number(random)),
            1 => new Adam(Number(random), Number(random), Number(random), Number(random), Number(random)),
            2 => new AdamW(Number(random), Number(random), Number(random), Number(random), Number(random)),
            3 => new RmsProp(Number(random), Number(random)),
            _ => new Adagrad(Number(random), Number(random)),
        };
        optimizer.Step([AnyParameter(random)]);
        optimizer.LearningRate = Number(random);
    }
}
