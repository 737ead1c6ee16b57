using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Unroll.Cells;
using Unroll.Layers;
using Unroll.Tensors;

namespace Unroll.Models;

/// <summary>All parameters of a language model under the names they have in its file.</summary>
internal sealed class LanguageModelWeights
{
    private readonly Embedding embedding;
    private readonly Recurrent rnn;
    private readonly Linear head;
    private readonly Lock fingerprintLock = new();
    private byte[]? fingerprint;
    private long fingerprintVersion;

    public LanguageModelWeights(Embedding embedding, Recurrent rnn, Linear head)
    {
        this.embedding = embedding;
        this.rnn = rnn;
        this.head = head;
        Parameters = [.. embedding.Named("embedding"), .. rnn.Named("rnn"), .. head.Named("head")];
    }

    /// <summary>In the order of the forward pass.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>The names and shapes that a model of this configuration has, without making it.</summary>
    public static IReadOnlyList<(string Name, long[] Shape, string Formula)> ShapesOf(LanguageModelOptions options, int vocabularySize)
    {
        long gates = GatesOf(options.Cell);
        long hidden = options.HiddenSize;
        var rows = gates == 1 ? "hiddenSize" : $"{gates} · hiddenSize";
        var shapes = new List<(string, long[], string)>
        {
            ("embedding.weight", [vocabularySize, options.EmbeddingSize], "vocabulary size, embeddingSize"),
        };
        for (var layer = 0; layer < options.Layers; layer++)
        {
            var (input, inputName) = layer == 0 ? ((long)options.EmbeddingSize, "embeddingSize") : (hidden, "hiddenSize");
            shapes.Add(($"rnn.weight_ih_l{layer}", [gates * hidden, input], $"{rows}, {inputName}"));
            shapes.Add(($"rnn.weight_hh_l{layer}", [gates * hidden, hidden], $"{rows}, hiddenSize"));
            shapes.Add(($"rnn.bias_ih_l{layer}", [gates * hidden], rows));
            shapes.Add(($"rnn.bias_hh_l{layer}", [gates * hidden], rows));
        }

        shapes.Add(("head.weight", [vocabularySize, hidden], "vocabulary size, hiddenSize"));
        shapes.Add(("head.bias", [vocabularySize], "vocabulary size"));
        return shapes;
    }

    /// <summary>SHA-256 of a description and all values, computed again only after a parameter has changed.</summary>
    public byte[] Fingerprint(string description)
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
        foreach (var parameter in embedding.Parameters)
        {
            var random = new CounterRandom(options.Seed, stream++);
            Initializer.Normal(parameter, ref random);
        }

        foreach (var parameter in rnn.Parameters)
        {
            var random = new CounterRandom(options.Seed, stream++);
            if (options.Initialization == RecurrentInitialization.Orthogonal && parameter.Name.Contains("weight_hh", StringComparison.Ordinal))
                Initializer.Orthogonal(parameter, ref random, GatesOf(options.Cell));
            else
                Initializer.TorchUniform(parameter, options.HiddenSize, ref random);
        }

        foreach (var parameter in head.Parameters)
        {
            var random = new CounterRandom(options.Seed, stream++);
            Initializer.TorchUniform(parameter, options.HiddenSize, ref random);
        }

        if (options is { Cell: Cell.Lstm, ForgetBias: { } bias })
            SetForgetBias(bias);
    }

    private void SetForgetBias(float bias)
    {
        var inputBiases = rnn.Parameters.Where(parameter => parameter.Name.Contains("bias_ih", StringComparison.Ordinal));
        var recurrentBiases = rnn.Parameters.Where(parameter => parameter.Name.Contains("bias_hh", StringComparison.Ordinal));
        foreach (var (input, recurrent) in inputBiases.Zip(recurrentBiases))
            Initializer.ForgetGateBias(input, recurrent, bias);
    }

    private static int GatesOf(Cell cell) => cell switch { Cell.Lstm => 4, Cell.Gru => 3, _ => 1 };
}
