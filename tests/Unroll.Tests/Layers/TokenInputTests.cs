using Unroll.Cells;
using Unroll.Layers;
using Unroll.Tensors;
using Unroll.Tests.Oracles;

namespace Unroll.Tests.Layers;

/// <summary>Tokens into a recurrent layer: looking input sums up equals embedding first and multiplying then.</summary>
public sealed class TokenInputTests
{
    public static TheoryData<Cell, int, int> Cases => new() { { Cell.Lstm, 5, 1 }, { Cell.Gru, 5, 2 }, { Cell.RnnTanh, 40, 1 }, { Cell.Lstm, 500, 1 } };

    /// <summary>Sums over equal tokens are taken before the product instead of inside it: another order of the same terms.</summary>
    private const double Reordering = 2e-5;

    [Theory]
    [MemberData(nameof(Cases))]
    public void Tokens_equal_their_vectors(Cell cell, int vocabularySize, int layers)
    {
        const int TimeSteps = 19, BatchSize = 7, EmbeddingSize = 11, HiddenSize = 21;
        var random = new Random(3);
        var embedding = new Embedding(vocabularySize, EmbeddingSize);
        var rnn = new Recurrent(cell, EmbeddingSize, HiddenSize, new() { Layers = layers });
        Parameter[] parameters = [.. embedding.Parameters, .. rnn.Parameters];
        foreach (var parameter in parameters)
        {
            RandomValues.Singles(random, parameter.Length).CopyTo(parameter.Values);
            parameter.MarkChanged();
        }

        var tokens = Enumerable.Range(0, TimeSteps * BatchSize).Select(_ => random.Next(vocabularySize)).ToArray();
        var seed = RandomValues.Singles(random, TimeSteps * BatchSize * HiddenSize);
        var (apart, apartGradients) = Run(tape => rnn.Forward(tape, embedding.Forward(tape, tokens, TimeSteps, BatchSize)));
        var (together, togetherGradients) = Run(tape => rnn.Forward(tape, embedding, tokens, TimeSteps, BatchSize));

        Assert.Equal(apart, together);
        for (var index = 0; index < parameters.Length; index++)
        {
            var largest = apartGradients[index].Max(Math.Abs);
            for (var place = 0; place < apartGradients[index].Length; place++)
            {
                Assert.True(
                    Math.Abs(apartGradients[index][place] - togetherGradients[index][place]) <= Reordering * largest,
                    $"{parameters[index].Name}[{place}]: {togetherGradients[index][place]}, apart {apartGradients[index][place]}");
            }
        }

        (float[] Output, float[][] Gradients) Run(Func<Tape, RecurrentOutput> forward)
        {
            foreach (var parameter in parameters)
                parameter.ClearGradient();
            var tape = new Tape();
            var output = forward(tape).Output;
            output.SeedGradient(seed);
            tape.Backward();
            return (output.Values.ToArray(), [.. parameters.Select(parameter => parameter.Gradient.ToArray())]);
        }
    }
}
