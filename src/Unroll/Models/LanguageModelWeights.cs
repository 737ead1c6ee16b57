using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Unroll.Layers;
using Unroll.Tensors;

namespace Unroll.Models;

/// <summary>The layers of a language model that can be trained, and all their parameters under the names they have in its file.</summary>
internal sealed class LanguageModelWeights : LanguageModelNetwork
{
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
        shapes.AddRange(StackWeights.ShapesOf(options.Cell, options.Stack, options.HiddenSize, options.EmbeddingSize, "embeddingSize"));
        shapes.Add((
            "head.weight", [vocabularySize, StackWeights.OutputOf(options.Cell, options.Stack, options.HiddenSize)],
            $"vocabulary size, {StackWeights.OutputName(options.Cell, options.Stack)}"));
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

        StackWeights.Initialize(Rnn, options.Initialization, options.ForgetBias, options.Seed, ref stream);
        foreach (var parameter in Head.Parameters)
        {
            var random = new CounterRandom(options.Seed, stream++);
            Initializer.TorchUniform(parameter, Rnn.OutputSize, ref random);
        }
    }
}
