using Unroll.Cells;

namespace Unroll.Tests.Cells;

/// <summary>The smallest thing that needs memory: after the first l comes an l, after the second an o.</summary>
public sealed class OneStepHelloTests
{
    private const string Letters = "helo";

    private const string Word = "hello";

    [Fact]
    public void Trained_on_hello_a_vanilla_network_completes_the_word()
    {
        var step = new VanillaStep(Letters.Length, 8, Letters.Length);
        var random = new Random(1);
        foreach (var parameter in step.Parameters)
        {
            foreach (ref var value in parameter.Values)
                value = random.NextSingle() - 0.5f;
        }

        var loss = float.MaxValue;
        for (var update = 0; update < 500; update++)
            loss = Learn(step, learningRate: 0.1f);

        Assert.InRange(loss, 0, 0.05f);
        Assert.Equal(Word, Complete(step, "h", Word.Length));
    }

    /// <summary>Without the recurrent matrix both l look the same, and the best loss left is that of guessing between l and o.</summary>
    [Fact]
    public void Without_memory_it_cannot()
    {
        var step = new VanillaStep(Letters.Length, 8, Letters.Length);
        var random = new Random(1);
        foreach (var parameter in step.Parameters)
        {
            foreach (ref var value in parameter.Values)
                value = random.NextSingle() - 0.5f;
        }

        var loss = 0f;
        for (var update = 0; update < 500; update++)
        {
            step.Whh.Values.Clear();
            loss = Learn(step, learningRate: 0.1f);
        }

        Assert.True(loss > 0.9 * 2 * Math.Log(2), $"The loss is {loss}.");
    }

    /// <summary>One update: the word forward, backward through time, a step down. Returns the loss, −Σ ln p(next letter).</summary>
    private static float Learn(VanillaStep step, float learningRate)
    {
        var traces = new VanillaStep.Trace[Word.Length - 1];
        var h = StepVector.Zeros(8);
        for (var t = 0; t < traces.Length; t++)
        {
            traces[t] = step.Forward(OneHot(Word[t]), h);
            h = traces[t].H;
        }

        foreach (var parameter in step.Parameters)
            parameter.ClearGradient();
        var loss = 0f;
        var dh = StepVector.Zeros(8);
        for (var t = traces.Length - 1; t >= 0; t--)
        {
            var p = StepVector.Softmax(traces[t].Y);
            loss -= MathF.Log(p[Letters.IndexOf(Word[t + 1], StringComparison.Ordinal)]);
            dh = step.Backward(traces[t], p - OneHot(Word[t + 1]), dh).HPrevious;
        }

        foreach (var parameter in step.Parameters)
            parameter.Descend(learningRate);
        return loss;
    }

    private static string Complete(VanillaStep step, string start, int length)
    {
        var h = StepVector.Zeros(8);
        var text = start;
        for (var t = 0; text.Length < length; t++)
        {
            var trace = step.Forward(OneHot(text[t]), h);
            h = trace.H;
            text += Letters[trace.Y.IndexOfLargest()];
        }

        return text;
    }

    private static StepVector OneHot(char letter) => StepVector.OneHot(Letters.Length, Letters.IndexOf(letter, StringComparison.Ordinal));
}
