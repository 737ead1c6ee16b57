using Unroll.Cells;
using Unroll.Tensors;

namespace Unroll.Layers;

/// <summary>A recurrent stack that can run step by step: one that is trained, or one whose weights are kept in fewer bits.</summary>
public interface IRecurrentLayer
{
    /// <summary>The cell.</summary>
    Cell Cell { get; }

    /// <summary>I.</summary>
    int InputSize { get; }

    /// <summary>H; where the layers differ in size, that of the top layer.</summary>
    int HiddenSize { get; }

    /// <summary>The number of values that a step gives: H, unless the output is projected.</summary>
    int OutputSize { get; }

    /// <summary>L: layers on top of each other.</summary>
    int LayerCount { get; }

    /// <summary>What its matrices are made of.</summary>
    WeightFormat Weights { get; }

    /// <summary>A state of zeros. Until somebody writes to it, it stands for none: a layer with a trainable start begins with that.</summary>
    /// <param name="batchSize">B, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The batch size is below 1.</exception>
    RecurrentState CreateState(int batchSize);

    /// <summary>Opens a stream: this layer step by step with a state of its own. Many streams may share one layer, from many threads.</summary>
    /// <exception cref="InvalidOperationException">The layer is bidirectional: its reverse direction needs the end of the sequence first.</exception>
    RecurrentStream OpenStream();

    /// <summary>Opens what steps many streams of this layer together.</summary>
    /// <exception cref="InvalidOperationException">The layer is bidirectional.</exception>
    RecurrentStreamBatch OpenStreamBatch();
}
