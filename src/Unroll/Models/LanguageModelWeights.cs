using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Unroll.Cells;
using Unroll.Kernels;
using Unroll.Layers;
using Unroll.Recurrence;
using Unroll.Tensors;

namespace Unroll.Models;

/// <summary>The layers of a language model that can be trained, and all their parameters under the names they have in its file.</summary>
internal sealed class LanguageModelWeights : LanguageModelNetwork
{
    /// <summary>Where the biases of highways start: mostly passing the input on (Srivastava et al., 2015, section 2.2, names −1 and −3).</summary>
    private const float HighwayBias = -1;

    private readonly Lock fingerprintLock = new();
    private byte[]? fingerprint;
    private long fingerprintVersion;

    /// <summary>Layers of zeros.</summary>
    public LanguageModelWeights(LanguageModelOptions options, int vocabularySize)
    {
        Embedding = new(vocabularySize, options.EmbeddingSize);
        // Behind weights that are never trained only the readout learns.
        Embedding.Weight.IsFixed = options.Cell.IsFixed;
        Rnn = new(options.Cell, options.EmbeddingSize, options.HiddenSize, options.Stack);
        Head = new(Rnn.OutputSize, vocabularySize);
        Parameters = [.. Embedding.Named("embedding"), .. Rnn.Named("rnn"), .. Head.Named("head")];
    }

    public Embedding Embedding { get; }

    public Recurrent Rnn { get; }

    public Linear Head { get; }

    /// <inheritdoc/>
    public override WeightFormat Weights => WeightFormat.Float32;

    /// <inheritdoc/>
    public override IReadOnlyList<ModelTensor> Tensors =>
        [.. Parameters.Select(parameter => new ModelTensor(parameter.Name, parameter.Shape, WeightFormat.Float32))];

    /// <inheritdoc/>
    public override IRecurrentLayer Stack => Rnn;

    /// <summary>In the order of the forward pass.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>The names and shapes that a model of this configuration has, without making it.</summary>
    public static IReadOnlyList<(string Name, long[] Shape, string Formula)> ShapesOf(LanguageModelOptions options, int vocabularySize)
    {
        var shapes = new List<(string, long[], string)>
        {
            ("embedding.weight", [vocabularySize, options.EmbeddingSize], "vocabulary size, embeddingSize"),
        };
        var stack = options.Stack;
        var outputName = options.Cell.ProjectsOutput ? "projectionSize" : "hiddenSize";
        int GivenOf(int layer) => stack.GivenOf(options.Cell, layer, options.HiddenSize);
        for (var layer = 0; layer < options.Layers; layer++)
        {
            long hidden = stack.SizeOf(layer, options.HiddenSize);
            var (input, inputName) = layer == 0 ? (options.EmbeddingSize, "embeddingSize") : (GivenOf(layer - 1), outputName);
            var all = CellParameter.Of(options.Cell, input, hidden, GivenOf(layer), hasBias: true, string.Create(CultureInfo.InvariantCulture, $"_l{layer}"), inputName).All;
            shapes.AddRange(all.Select(parameter => ("rnn." + parameter.Name, parameter.Dimensions, parameter.Formula)));
        }

        AddShapesOfStack(shapes, options, stack);
        shapes.Add(("head.weight", [vocabularySize, GivenOf(options.Layers - 1)], $"vocabulary size, {outputName}"));
        shapes.Add(("head.bias", [vocabularySize], "vocabulary size"));
        return shapes;
    }

    /// <inheritdoc/>
    public override ReadOnlySpan<float> Embed(int token, Span<float> scratch) =>
        Embedding.Weight.Values.Slice(token * Rnn.InputSize, Rnn.InputSize);

    /// <inheritdoc/>
    public override void Predict(ReadOnlySpan<float> hidden, Span<float> logits) => Head.Step(hidden, logits);

    /// <inheritdoc/>
    public override void Predict(int rows, ReadOnlySpan<float> hidden, Span<float> logits) => Head.Step(rows, hidden, logits);

    /// <summary>SHA-256 of a description and all values, computed again only after a parameter has changed.</summary>
    public override byte[] Fingerprint(string description)
    {
        lock (fingerprintLock)
        {
            var version = Parameters.Sum(parameter => (long)parameter.Version);
            if (fingerprint is null || version != fingerprintVersion)
            {
                using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
                hash.AppendData(Encoding.UTF8.GetBytes(description));
                foreach (var parameter in Parameters)
                    hash.AppendData(MemoryMarshal.AsBytes(parameter.Values));
                fingerprint = hash.GetHashAndReset();
                fingerprintVersion = version;
            }

            return fingerprint;
        }
    }

    /// <summary>Draws all weights, each parameter from its own stream of the seed.</summary>
    public void Initialize(LanguageModelOptions options)
    {
        ulong stream = 0;
        foreach (var parameter in Embedding.Parameters)
        {
            var random = new CounterRandom(options.Seed, stream++);
            Initializer.Normal(parameter, ref random);
        }

        foreach (var parameter in Rnn.Parameters)
        {
            var random = new CounterRandom(options.Seed, stream++);
            Initialize(parameter, options, ref random);
        }

        foreach (var parameter in Head.Parameters)
        {
            var random = new CounterRandom(options.Seed, stream++);
            Initializer.TorchUniform(parameter, Rnn.OutputSize, ref random);
        }

        if (options.ForgetBias is { } bias && options.Cell.ForgetGate is { } gate)
            SetForgetBias(bias, gate, options.Cell.GateCount);
    }

    private static void Initialize(Parameter parameter, LanguageModelOptions options, ref CounterRandom random)
    {
        if (parameter.Name.StartsWith("rnn.start_", StringComparison.Ordinal) || parameter.Name.StartsWith("rnn.gain_", StringComparison.Ordinal))
            return;
        if (parameter.Name.StartsWith("rnn.bias_highway", StringComparison.Ordinal))
            SetAll(parameter, HighwayBias);
        else if (UnitWeightOf(options.Cell, parameter) is { } weight)
            Initializer.Uniform(parameter, weight.Low, weight.High, ref random);
        else if (options.Cell.IsFixed && parameter.Name.Contains("weight_hh", StringComparison.Ordinal))
            Initializer.Reservoir(parameter, ref random);
        else if (options.Initialization == RecurrentInitialization.Orthogonal && parameter.Name.Contains("weight_hh", StringComparison.Ordinal))
            Initializer.Orthogonal(parameter, ref random, options.Cell.GateCount * options.Cell.Heads);
        else
            Initializer.TorchUniform(parameter, SizeOfLayer(parameter, options), ref random);
    }

    private static void SetAll(Parameter parameter, float value)
    {
        parameter.Values.Fill(value);
        parameter.MarkChanged();
    }

    /// <summary>H of the layer that a parameter belongs to; its name ends with the layer, <c>_l0</c>.</summary>
    private static int SizeOfLayer(Parameter parameter, LanguageModelOptions options)
    {
        if (options.LayerSizes is not { } sizes)
            return options.HiddenSize;
        var digits = parameter.Name.AsSpan(parameter.Name.LastIndexOf("_l", StringComparison.Ordinal) + 2);
        return sizes[int.Parse(digits, CultureInfo.InvariantCulture)];
    }

    private static void AddShapesOfStack(List<(string, long[], string)> shapes, LanguageModelOptions options, RecurrentOptions stack)
    {
        for (var layer = 1; layer < options.Layers && options.Connection == LayerConnection.Highway; layer++)
        {
            long width = stack.GivenOf(options.Cell, layer, options.HiddenSize);
            shapes.Add(($"rnn.weight_highway_l{layer}", [width, width], "hiddenSize, hiddenSize"));
            shapes.Add(($"rnn.bias_highway_l{layer}", [width], "hiddenSize"));
        }

        for (var layer = 0; layer < options.Layers && options.TrainableStart; layer++)
        {
            long hidden = stack.SizeOf(layer, options.HiddenSize);
            shapes.Add(($"rnn.start_hidden_l{layer}", [stack.GivenOf(options.Cell, layer, options.HiddenSize)], options.Cell.ProjectsOutput ? "projectionSize" : "hiddenSize"));
            if (options.Cell.StateCount > 0)
                shapes.Add(($"rnn.start_cell_l{layer}", [options.Cell.StateCount * hidden], options.Cell.StateCount == 1 ? "hiddenSize" : $"{options.Cell.StateCount} · hiddenSize"));
        }
    }

    private void SetForgetBias(float bias, int gate, int gates)
    {
        var inputBiases = Rnn.Parameters.Where(parameter => parameter.Name.Contains("bias_ih", StringComparison.Ordinal)).ToList();
        var recurrentBiases = Rnn.Parameters.Where(parameter => parameter.Name.Contains("bias_hh", StringComparison.Ordinal)).ToList();
        for (var index = 0; index < inputBiases.Count; index++)
            Initializer.ForgetGateBias(inputBiases[index], index < recurrentBiases.Count ? recurrentBiases[index] : null, bias, gate, gates);
    }

    /// <summary>The unit weight that a parameter of the recurrent layers holds, or null for a matrix or a bias.</summary>
    private static UnitWeight? UnitWeightOf(Cell cell, Parameter parameter) => cell.UnitWeights.FirstOrDefault(weight =>
        parameter.Name.AsSpan(0, parameter.Name.LastIndexOf("_l", StringComparison.Ordinal)).SequenceEqual($"rnn.{weight.Name}"));
}
