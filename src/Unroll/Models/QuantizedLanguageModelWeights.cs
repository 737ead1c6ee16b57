using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Unroll.Layers;
using Unroll.Tensors;

namespace Unroll.Models;

/// <summary>The layers of a language model whose matrices are kept in 16 or 8 bits a weight, once; they never change.</summary>
internal sealed class QuantizedLanguageModelWeights : LanguageModelNetwork
{
    private readonly StoredWeights embedding;
    private readonly QuantizedRecurrent rnn;
    private readonly QuantizedLinear head;
    private readonly Lock fingerprintLock = new();
    private byte[]? fingerprint;

    /// <summary>Packs the tensors of a model.</summary>
    /// <param name="options">Its shape.</param>
    /// <param name="tensors">In the order of <see cref="LanguageModelWeights.ShapesOf"/>: matrices in one narrow format, vectors in float32.</param>
    public QuantizedLanguageModelWeights(LanguageModelOptions options, IReadOnlyList<StoredWeights> tensors)
    {
        embedding = tensors[0];
        rnn = new(options.Cell, options.Stack, [.. tensors.Skip(1).SkipLast(2)]);
        head = new(tensors[^2], tensors[^1]);
        Tensors = [.. tensors.Select(tensor => new ModelTensor(tensor.Name, tensor.Shape, tensor.Format))];
    }

    /// <inheritdoc/>
    public override WeightFormat Weights => embedding.Format;

    /// <inheritdoc/>
    public override IReadOnlyList<ModelTensor> Tensors { get; }

    /// <inheritdoc/>
    public override IRecurrentLayer Stack => rnn;

    /// <inheritdoc/>
    public override ReadOnlySpan<float> Embed(int token, Span<float> scratch)
    {
        embedding.CopyRow(token, scratch);
        return scratch;
    }

    /// <inheritdoc/>
    public override void Predict(ReadOnlySpan<float> hidden, Span<float> logits) => head.Step(hidden, logits);

    /// <inheritdoc/>
    public override void Predict(int rows, ReadOnlySpan<float> hidden, Span<float> logits) => head.Step(rows, hidden, logits);

    /// <summary>The tensors one after the other, each made when it is asked for.</summary>
    public IEnumerable<StoredWeights> Store() => rnn.Store().Prepend(embedding).Concat(head.Store());

    /// <inheritdoc/>
    public override byte[] Fingerprint(string description)
    {
        lock (fingerprintLock)
        {
            if (fingerprint is null)
            {
                using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
                hash.AppendData(Encoding.UTF8.GetBytes(description));
                foreach (var tensor in Store())
                {
                    hash.AppendData(tensor.Values);
                    hash.AppendData(MemoryMarshal.AsBytes(tensor.Scales));
                }

                fingerprint = hash.GetHashAndReset();
            }

            return fingerprint;
        }
    }
}
