using Unroll.Losses;
using Unroll.Tensors;
using Unroll.Tests.Tensors;

namespace Unroll.Tests.Losses;

public sealed class WeightedCrossEntropyTests
{
    private static readonly int[] Targets = [2, 0, 1, 2];
    private static readonly float[] Weights = [0.5f, 3, 1, 0.25f];

    [Fact]
    public void Rows_count_by_their_weights()
    {
        var logits = TapeCheck.Random(new Random(3), 4, 3);
        TapeCheck.Run("weighted cross entropy", tape => tape.WeightedCrossEntropy(logits, Targets, Weights), values => [Oracle(values[0])], logits);
    }

    [Fact]
    public void Equal_weights_change_no_bit_of_the_loss_and_other_calls_are_refused()
    {
        var logits = TapeCheck.Random(new Random(3), 4, 3);
        Assert.Equal(new Tape().CrossEntropy(logits, Targets).Scalar, new Tape().WeightedCrossEntropy(logits, Targets, [1, 1, 1, 1]).Scalar);
        Assert.Throws<ArgumentException>(() => new Tape().WeightedCrossEntropy(logits, Targets, [1, 1, 1]));
        Assert.Contains("weight 0", Assert.Throws<ArgumentException>(() => new Tape().WeightedCrossEntropy(logits, Targets, [1, 0, 1, 1])).Message);
        Assert.Throws<ArgumentException>(() => new Tape().WeightedCrossEntropy(logits, Targets, [1, float.NaN, 1, 1]));
    }

    private static double Oracle(double[] logits)
    {
        var (sum, total) = (0.0, 0.0);
        for (var row = 0; row < Targets.Length; row++)
        {
            var own = logits[(row * 3)..((row + 1) * 3)];
            sum += Weights[row] * (Math.Log(own.Sum(Math.Exp)) - own[Targets[row]]);
            total += Weights[row];
        }

        return sum / total;
    }
}
