using CsCheck;
using Unroll.Data;
using Unroll.Tensors;
using Unroll.Training;

namespace Unroll.Tests.Training;

public sealed class ValidationPassTests
{
    // Means of float32 losses over windows of other lengths.
    private const double Tolerance = 1e-6;

    [Fact]
    public void One_stream_gives_the_mean_over_every_token_as_one_long_window_does()
    {
        foreach (var length in (int[])[2, 3, 128, 129, 130, 400])
        {
            var text = Texts.Words(length);
            var model = new TinyModel(text.Vocabulary.Size);
            var tape = new Tape(recording: false);
            var tokens = text.Tokens.Span;
            var whole = new TokenWindow(tokens.Length - 1, 1, tokens[..^1], tokens[1..]);
            double expected = model.Loss(tape, whole, model.CreateState(1), default).Scalar;

            var actual = new ValidationPass(model, text, streams: 1).MeanLoss(default, CancellationToken.None);

            Assert.InRange(actual - expected, -Tolerance, Tolerance);
        }
    }

    [Fact]
    public void Several_streams_give_the_mean_of_each_stream_alone() =>
        Gen.Select(Gen.Int[2, 400], Gen.Int[1, 7]).Sample((length, streams) =>
        {
            var text = Texts.Words(length);
            var model = new TinyModel(text.Vocabulary.Size);
            streams = Math.Min(streams, length - 1);
            var (each, longer) = Math.DivRem(length - 1, streams);
            var sum = 0.0;
            var start = 0;
            for (var stream = 0; stream < streams; stream++)
            {
                var steps = each + (stream < longer ? 1 : 0);
                var inputs = text.Tokens.Span.Slice(start, steps);
                var window = new TokenWindow(steps, 1, inputs, text.Tokens.Span.Slice(start + 1, steps));
                sum += (double)model.Loss(new(recording: false), window, model.CreateState(1), default).Scalar * steps;
                start += steps;
            }

            var actual = new ValidationPass(model, text, streams).MeanLoss(default, CancellationToken.None);
            Assert.InRange(actual - (sum / (length - 1)), -Tolerance, Tolerance);
        }, iter: 50);

    [Fact]
    public void Measuring_twice_gives_the_same_bits()
    {
        var text = Texts.Words(500);
        var pass = new ValidationPass(new TinyModel(text.Vocabulary.Size, dropout: 0.5f), text, streams: 3);

        Assert.Equal(pass.MeanLoss(default, CancellationToken.None), pass.MeanLoss(new(IsTraining: false, Seed: 0, Update: 5), CancellationToken.None));
    }
}
