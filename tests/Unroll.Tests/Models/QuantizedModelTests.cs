using Unroll.Cells;
using Unroll.Data;
using Unroll.Files;
using Unroll.Kernels;
using Unroll.Models;
using Unroll.Tensors;
using Unroll.Training;

namespace Unroll.Tests.Models;

/// <summary>Language models whose weights take fewer bits: they run as their float32 model does, and refuse what they cannot do.</summary>
public sealed class QuantizedModelTests
{
    private const string Text = "the quick brown fox jumps over the lazy dog";

    private const double Exact = 1e-5;

    public static TheoryData<Cell, WeightFormat> Models
    {
        get
        {
            var data = new TheoryData<Cell, WeightFormat>();
            foreach (var cell in Cell.BuiltIn)
            {
                data.Add(cell, WeightFormat.BFloat16);
                data.Add(cell, WeightFormat.Int8);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(SmallModels.Cells), MemberType = typeof(SmallModels))]
    public void Bfloat16_gives_the_bits_of_the_float32_model_with_the_rounded_matrices(Cell cell)
    {
        var model = SmallModels.Create(cell);
        var quantized = model.Quantize(WeightFormat.BFloat16);
        foreach (var parameter in model.Parameters.Where(parameter => parameter.Shape.Rank == 2))
        {
            foreach (ref var value in parameter.Values)
                value = BFloat16.Widen(BFloat16.Round(value));
            parameter.MarkChanged();
        }

        Assert.Equal(SmallModels.Logits(model, Text), SmallModels.Logits(quantized, Text));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Logits_stay_near_and_are_not_the_same(Cell cell, WeightFormat format)
    {
        // Logits of these models are of about 0.5; rounding moves them by a hundredth of it, a weight in the wrong place by most of it.
        const float near = 0.02f;
        var model = SmallModels.Create(cell);
        var (expected, actual) = (SmallModels.Logits(model, Text), SmallModels.Logits(model.Quantize(format), Text));
        Assert.NotEqual(expected, actual);
        Assert.All(expected.Zip(actual), pair => Assert.InRange(pair.First - pair.Second, -near, near));
    }

    [Fact]
    public void It_says_what_it_is()
    {
        var model = SmallModels.Create();
        model.Training = new() { Text = "text" };
        var quantized = model.Quantize(WeightFormat.Int8);
        Assert.Equal((WeightFormat.Float32, WeightFormat.Int8), (model.Weights, quantized.Weights));
        Assert.Equal(model.ParameterCount, quantized.ParameterCount);
        Assert.Equal(model.Parameters.Select(parameter => (parameter.Name, parameter.Shape)), quantized.Tensors.Select(tensor => (tensor.Name, tensor.Shape)));
        Assert.All(model.Tensors, tensor => Assert.Equal(WeightFormat.Float32, tensor.Format));
        Assert.All(quantized.Tensors, tensor => Assert.Equal(tensor.Shape.Rank == 2 ? WeightFormat.Int8 : WeightFormat.Float32, tensor.Format));
        Assert.Same(model.Training, quantized.Training);
        Assert.Equal(model.Options, quantized.Options);
    }

    [Theory]
    [InlineData(WeightFormat.BFloat16)]
    [InlineData(WeightFormat.Int8)]
    public void A_whole_text_is_evaluated_by_the_steps_of_a_session(WeightFormat format)
    {
        var model = SmallModels.Create().Quantize(format);
        var text = TextCorpus.FromText(string.Concat(Enumerable.Repeat("the dog jumps\n", 40)), new() { Vocabulary = model.Vocabulary });
        var session = model.OpenSession();
        var logits = new float[model.Vocabulary.Size];
        var previous = model.Vocabulary.Encode("\n")[0];
        var nats = 0.0;
        foreach (var token in text.Tokens.Span)
        {
            session.Step(previous, logits);
            nats += Math.Log(logits.Sum(logit => Math.Exp(logit))) - logits[token];
            previous = token;
        }

        Assert.Equal(nats, model.Evaluate(text).TotalNats, nats * Exact);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void A_saved_state_goes_on_bit_for_bit_and_on_no_other_model(Cell cell, WeightFormat format)
    {
        var original = SmallModels.Create(cell);
        var model = original.Quantize(format);
        var session = model.OpenSession();
        Feed(session, "the ");
        var snapshot = session.Save();
        var fork = session.Fork();
        var expected = Feed(session, "fox");
        var other = original.Quantize(format).OpenSession();
        other.Restore(snapshot);

        Assert.Equal(expected, Feed(other, "fox"));
        Assert.Equal(expected, Feed(fork, "fox"));
        Assert.Throws<InvalidDataException>(() => original.OpenSession().Restore(snapshot));
    }

    [Theory]
    [InlineData(WeightFormat.BFloat16)]
    [InlineData(WeightFormat.Int8)]
    public void Streams_from_many_threads_equal_one_after_another(WeightFormat format)
    {
        var model = SmallModels.Create().Quantize(format);
        var expected = Enumerable.Range(0, 32).Select(seed => Write(model, seed)).ToArray();
        var actual = new string[expected.Length];
        Parallel.For(0, actual.Length, new ParallelOptions { MaxDegreeOfParallelism = 8 }, seed => actual[seed] = Write(model, seed));
        Assert.Equal(expected, actual);
    }

    [Theory]
    [InlineData(WeightFormat.BFloat16)]
    [InlineData(WeightFormat.Int8)]
    public void A_step_allocates_nothing(WeightFormat format)
    {
        var session = SmallModels.Create().Quantize(format).OpenSession();
        var logits = new float[session.Model.Vocabulary.Size];
        for (var step = 0; step < 100; step++)
            session.Step(step % logits.Length, logits);
        // What the runtime does once, such as compiling a method anew, may fall into one round; what a step allocates falls into each.
        Assert.Equal(0, Enumerable.Range(0, 3).Min(_ => Round()));

        long Round()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var step = 0; step < 1000; step++)
                session.Step(step % logits.Length, logits);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Theory]
    [InlineData(WeightFormat.BFloat16, 2)]
    [InlineData(WeightFormat.Int8, 1)]
    public void Loading_and_stepping_takes_the_small_weights_and_no_others(WeightFormat format, int bytesOfWeight)
    {
        var options = new LanguageModelOptions { HiddenSize = 128, Layers = 2, EmbeddingSize = 64 };
        var file = SafetensorsFile.Read(LanguageModelFile.Write(LanguageModel.Create(new ByteVocabulary(), options).Quantize(format), "m").ToArray(), "m");
        LanguageModelFile.Load(file);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var model = LanguageModelFile.Load(file);
        var logits = SmallModels.Logits(model, Text);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        // Beside the packed weights: the sessions of the probes and their texts.
        const int rest = 300_000;
        Assert.InRange(allocated, model.ParameterCount * bytesOfWeight / 2, (model.ParameterCount * bytesOfWeight) + rest);
        Assert.Equal(256, logits.Length);
    }

    [Fact]
    public void Training_is_refused_with_what_to_do()
    {
        var model = SmallModels.Create().Quantize(WeightFormat.Int8);
        var window = new TokenWindow(2, 2, [0, 1, 2, 3], [1, 2, 3, 4]);
        foreach (var call in new Action[]
        {
            () => _ = new Trainer(model),
            () => _ = model.Parameters,
            () => model.Loss(new(), window, model.CreateState(2), default),
        })
        {
            var failure = Assert.Throws<InvalidOperationException>(call);
            Assert.Contains("are Int8: it runs and cannot be trained", failure.Message, StringComparison.Ordinal);
            Assert.Contains("quantize that again", failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_cannot_be_quantized_is_refused()
    {
        var model = SmallModels.Create();
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Quantize(WeightFormat.Float32));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Quantize((WeightFormat)7));
        var again = Assert.Throws<InvalidOperationException>(() => model.Quantize(WeightFormat.BFloat16).Quantize(WeightFormat.Int8));
        Assert.Contains("are BFloat16 already", again.Message, StringComparison.Ordinal);
        model.Parameters[2].Values[3] = float.NaN;
        var failure = Assert.Throws<InvalidOperationException>(() => model.Quantize(WeightFormat.Int8));
        Assert.Contains("'rnn.weight_hh_l0'", failure.Message, StringComparison.Ordinal);
    }

    private static string Write(LanguageModel model, int seed) =>
        string.Concat(model.Generate("the ", new() { Length = 60, Seed = (ulong)seed }));

    private static float[] Feed(LanguageModelSession session, string text)
    {
        var logits = new float[session.Model.Vocabulary.Size];
        foreach (var token in session.Model.Vocabulary.Encode(text))
            session.Step(token, logits);
        return logits;
    }
}
