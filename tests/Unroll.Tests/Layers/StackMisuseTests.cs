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
        { new() { ZoneoutState = 0.1f }, ["zoneout of states is 0.1", "'gru'", "no state besides its output", "ZoneoutOutput"] },
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

    [Theory]
    [InlineData(1f)]
    [InlineData(-0.5f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Rates_of_recurrent_dropout_and_zoneout_outside_their_range(float rate)
    {
        Refused(() => new Recurrent(Cell.Lstm, 4, 8, new() { RecurrentDropout = rate }), "dropout rate is at least 0 and below 1");
        Refused(() => new Recurrent(Cell.Lstm, 4, 8, new() { ZoneoutOutput = rate }), "zoneout rate is at least 0 and below 1");
        Refused(() => new Recurrent(Cell.Lstm, 4, 8, new() { ZoneoutState = rate }), "zoneout rate is at least 0 and below 1");
        // The smallest and the largest that are rates.
        foreach (var good in new[] { float.Epsilon, float.BitDecrement(1) })
        {
            var layer = new Recurrent(Cell.Lstm, 4, 8, new() { RecurrentDropout = good, ZoneoutOutput = good, ZoneoutState = good });
            Assert.All(layer.Forward(new(), new(new(3, 2, 4)), dropout: new(1, 2)).Output.Values.ToArray(), value => Assert.True(float.IsFinite(value)));
        }
    }

    [Theory]
    [InlineData("sru", 0.2f, 0f, 0f, "recurrent dropout is 0.2", "'sru' has no recurrent matrix", "ZoneoutOutput")]
    [InlineData("indrnn", 0.2f, 0f, 0f, "recurrent dropout is 0.2", "'indrnn' has no recurrent matrix", "ZoneoutOutput")]
    [InlineData("rnn-tanh", 0f, 0f, 0.3f, "zoneout of states is 0.3", "'rnn-tanh' has no state besides its output", "ZoneoutOutput")]
    [InlineData("slstm", 0f, 0f, 0.3f, "zoneout of states is 0.3", "'slstm' has states of which none means anything beside those of another step", "ZoneoutOutput")]
    [InlineData("echo-state", 0.2f, 0f, 0f, "recurrent dropout is 0.2", "'echo-state' are never trained", "leave them out")]
    [InlineData("echo-state", 0f, 0.1f, 0f, "zoneout 0.1 and 0", "'echo-state' are never trained", "leave them out")]
    public void What_a_cell_does_not_have_is_not_dropped_or_kept(string name, float dropout, float output, float state, params string[] parts)
    {
        var cell = Cell.Find(name)!;
        var failure = Assert.Throws<ArgumentException>(() => new Recurrent(cell, 4, 8, new() { RecurrentDropout = dropout, ZoneoutOutput = output, ZoneoutState = state }));
        Assert.All(parts, part => Assert.Contains(part, failure.Message, StringComparison.Ordinal));
        var model = Assert.Throws<ArgumentOutOfRangeException>(() => LanguageModel.Create(
            new Unroll.Data.ByteVocabulary(), new() { Cell = cell, RecurrentDropout = dropout, ZoneoutOutput = output, ZoneoutState = state }));
        Assert.All(parts, part => Assert.Contains(part, model.Message, StringComparison.Ordinal));
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
        Model(new() { RecurrentDropout = -1 }, "recurrent dropout is -1", "expected 0 to below 1", "RecurrentDropout");
        Model(new() { ZoneoutOutput = 1 }, "zoneout of outputs is 1", "expected 0 to below 1", "ZoneoutOutput");
        Model(new() { ZoneoutState = float.NaN }, "zoneout of states is NaN", "expected 0 to below 1", "ZoneoutState");
        Model(new() { Cell = Cell.Gru, ZoneoutState = 0.5f }, "no state besides its output", "(Parameter 'ZoneoutState')");
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
