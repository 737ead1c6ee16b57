using Unroll.Kernels;
using Unroll.Tensors;

namespace Unroll.Training;

/// <summary>The running mean of the parameters, beside those that training goes on with.</summary>
internal sealed class AverageModel
{
    private readonly IReadOnlyList<Parameter> parameters;
    private readonly float decay;
    private readonly FloatBuffer[] means;

    /// <summary>A mean that begins with the present parameters.</summary>
    public AverageModel(IReadOnlyList<Parameter> parameters, float decay)
    {
        this.parameters = parameters;
        this.decay = decay;
        means = [.. parameters.Select(parameter => new FloatBuffer(parameter.Length))];
        for (var index = 0; index < means.Length; index++)
            parameters[index].Values.CopyTo(means[index].Span);
    }

    /// <summary>Whether the model holds the mean at present and this object the last parameters.</summary>
    public bool IsInModel { get; private set; }

    /// <summary>The parameters that training goes on with.</summary>
    public Span<float> LastValues(int index) => IsInModel ? means[index].Span : parameters[index].Values;

    /// <summary>The mean.</summary>
    public Span<float> MeanValues(int index) => IsInModel ? parameters[index].Values : means[index].Span;

    /// <summary>
    /// Takes the parameters of an update into the mean: <c>m ← m + (1 − d)·(w − m)</c> with <c>d = min(decay, (1 + n) / (10 + n))</c>, so that the first updates, far
    /// from where training ends, are soon forgotten.
    /// </summary>
    /// <param name="update">n, from 1.</param>
    public void Add(long update)
    {
        var share = (float)(1 - Math.Min(decay, (1.0 + update) / (10.0 + update)));
        for (var index = 0; index < means.Length; index++)
            VectorKernels.Approach(parameters[index].Pointer, means[index].Pointer, parameters[index].Length, share);
    }

    /// <summary>Gives the model the mean; the last parameters are kept here.</summary>
    public void MoveIntoModel()
    {
        if (!IsInModel)
            Swap();
    }

    /// <summary>Gives the model its last parameters back.</summary>
    public void MoveOutOfModel()
    {
        if (IsInModel)
            Swap();
    }

    private void Swap()
    {
        for (var index = 0; index < means.Length; index++)
        {
            var values = parameters[index].Values;
            var mean = means[index].Span;
            for (var place = 0; place < values.Length; place++)
                (values[place], mean[place]) = (mean[place], values[place]);
            parameters[index].MarkChanged();
        }

        IsInModel = !IsInModel;
    }
}
