using Unroll.Layers;
using Unroll.Tensors;

namespace Unroll.Models;

/// <summary>The layers of a language model with their weights: those that are trained, or those that are kept in fewer bits.</summary>
internal abstract class LanguageModelNetwork
{
    /// <summary>What the matrices are made of.</summary>
    public abstract WeightFormat Weights { get; }

    /// <summary>The tensors in the order of the forward pass.</summary>
    public abstract IReadOnlyList<ModelTensor> Tensors { get; }

    /// <summary>The recurrent stack.</summary>
    public abstract IRecurrentLayer Stack { get; }

    /// <summary>The vector of a token, [E].</summary>
    /// <param name="token">Which.</param>
    /// <param name="scratch">[E]; holds the result where the vector has to be widened.</param>
    public abstract ReadOnlySpan<float> Embed(int token, Span<float> scratch);

    /// <summary>The logits of one output of the stack.</summary>
    /// <param name="hidden">[H].</param>
    /// <param name="logits">[V], overwritten.</param>
    public abstract void Predict(ReadOnlySpan<float> hidden, Span<float> logits);

    /// <summary>The logits of many outputs of the stack, each as alone.</summary>
    /// <param name="rows">N.</param>
    /// <param name="hidden">[N, H].</param>
    /// <param name="logits">[N, V], overwritten.</param>
    public abstract void Predict(int rows, ReadOnlySpan<float> hidden, Span<float> logits);

    /// <summary>SHA-256 of a description and all values.</summary>
    public abstract byte[] Fingerprint(string description);
}
