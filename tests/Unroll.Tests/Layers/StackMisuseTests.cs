using Unroll.Cells;
using Unroll.Layers;
using Unroll.Models;
using Unroll.Tensors;

namespace Unroll.Tests.Layers;

/// <summary>Choices of a stack that contradict each other are refused when it is made, with their numbers.</summary>
public sealed class StackMisuseTests
{
    public static TheoryData<RecurrentOptions, string[]> Contradictions => new()
    {
        { new() { Layers = 3, LayerSizes = [4, 8] }, ["2 layer sizes", "[4, 8]", "3 layers"] },
        { new() { Layers = 1, LayerSizes = [] }, ["0 layer sizes", "1 layers"] },
        { new() { Layers = 2, LayerSizes = [0, 8] }, ["Layer 0 has the size 0", "at least 1"] },
        { new() { Layers = 2, LayerSizes = [8, 4] }, ["hidden size is 8", "top layer has the size 4"] },
        { new() { Layers = 2, LayerSizes = [4, 8], Connection = LayerConnection.Residual }, ["Residual", "layer 1 has the size 8 on one of 4"] },
        { new() { Layers = 3, LayerSizes = [8, 9, 8], Connection = LayerConnection.Highway }, ["Highway", "layer 1 has the size 9 on one of 8"] },
        { new() { Layers = 1, Connection = LayerConnection.Residual }, ["Residual", "1 layer", "at least 2"] },
        { new() { Connection = (LayerConnection)3 }, ["connection 3 does not exist", "Plain, Residual or Highway"] },
        { new() { Merge = (DirectionMerge)4, Bidirectional = true }, ["merge 4 does not exist", "Concatenate, Sum, Mean or Product"] },
        { new() { Merge = DirectionMerge.Sum }, ["merge is Sum", "1 direction", "Bidirectional"] },
        { new() { Merge = DirectionMerge.Product, Layers = 2 }, ["merge is Product", "1 direction"] },
    };

    [Theory]
    [MemberData(nameof(Contradictions))]
    public void Contradictions_are_refused(RecurrentOptions options, string[] parts)
    {
        var failure = Assert.Throws<ArgumentException>(() => new Recurrent(Cell.Gru, 4, 8, options));
        Assert.All(parts, part => Assert.Contains(part, failure.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1f)]
    [InlineData(-0.5f)]
    [InlineData(float.NaN)]
    public void Rates_of_variational_dropout_outside_their_range(float rate)
    {
        var x = new Tensor(new(2, 2));
        Refused(() => new Recurrent(Cell.Gru, 4, 8, new() { VariationalDropout = rate }), "below 1");
        Refused(() => new Tape().VariationalDropout(x, rate, default), "below 1");
        Assert.Contains("[]", Assert.Throws<ArgumentException>(() => new Tape().VariationalDropout(new(new()), 0.5f, default)).Message, StringComparison.Ordinal);
        Assert.Contains("[0, 2]", Assert.Throws<ArgumentException>(() => new Tape().VariationalDropout(new(new(0, 2)), 0.5f, default)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sizes_no_memory_holds() => Refused(() => new Recurrent(Cell.Lstm, 3, 8, new() { Layers = 2, LayerSizes = [1 << 30, 8] }), "1073741824");

    [Fact]
    public void A_state_of_the_top_layers_width_does_not_fit_a_larger_layer_below()
    {
        var layer = new Recurrent(Cell.Gru, 4, 8, new() { Layers = 2, LayerSizes = [12, 8] });
        Assert.Equal(new Shape(2, 3, 12), layer.CreateState(3).Hidden.Shape);
        var failure = Assert.Throws<ArgumentException>(() => layer.Forward(new(), new(new(1, 3, 4)), new RecurrentState(new(new(2, 3, 8)))));
        Assert.Contains("[2, 3, 8]", failure.Message, StringComparison.Ordinal);
        Assert.Contains("[2, 3, 12]", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Two_directions_do_not_stream_however_they_are_merged(bool quantized)
    {
        var layer = new Recurrent(Cell.Gru, 4, 8, new() { Bidirectional = true, Merge = DirectionMerge.Sum });
        Assert.Equal(8, layer.OutputSize);
        var failure = Assert.Throws<InvalidOperationException>(() => quantized ? (object)layer.Quantize(WeightFormat.Int8) : layer.OpenStream());
        Assert.Contains("reverse direction", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_of_a_language_model_say_the_same()
    {
        var vocabulary = new Unroll.Data.ByteVocabulary();
        void Model(LanguageModelOptions options, params string[] parts)
        {
            var failure = Assert.Throws<ArgumentOutOfRangeException>(() => LanguageModel.Create(vocabulary, options));
            Assert.All(parts, part => Assert.Contains(part, failure.Message, StringComparison.Ordinal));
        }

        Model(new() { LayerSizes = [256] }, "1 layer sizes", "2 layers", "LayerSizes");
        Model(new() { LayerSizes = [65_537, 256] }, "65537", "expected 1 to 65536", "LayerSizes");
        Model(new() { LayerSizes = [256, 128] }, "hidden size is 256", "128");
        Model(new() { Layers = 1, Connection = LayerConnection.Highway }, "Highway", "1 layer", "Connection");
        Model(new() { VariationalDropout = 1 }, "variational dropout is 1", "VariationalDropout");
    }

    /// <summary>Options are values: equal where their choices are, and no list of a caller changes them.</summary>
    [Fact]
    public void Sizes_are_values()
    {
        int[] sizes = [4, 8];
        var options = new RecurrentOptions { Layers = 2, LayerSizes = sizes };
        Assert.Equal(options, new() { Layers = 2, LayerSizes = [4, 8] });
        Assert.NotEqual(options, new() { Layers = 2, LayerSizes = [4, 9] });
        Assert.Equal(options.GetHashCode(), new RecurrentOptions { Layers = 2, LayerSizes = [4, 8] }.GetHashCode());
        sizes[0] = 0;
        Assert.Equal([4, 8], options.LayerSizes);
        Assert.Contains("[4, 8]", options.ToString(), StringComparison.Ordinal);
    }

    private static void Refused(Func<object> call, string part) =>
        Assert.Contains(part, Assert.Throws<ArgumentOutOfRangeException>(call).Message, StringComparison.Ordinal);
}
