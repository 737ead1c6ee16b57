using Unroll.Tensors;

namespace Unroll.Training;

/// <summary>The parameters of the lowest validation loss, beside those that training goes on with.</summary>
internal sealed class BestModel(IReadOnlyList<Parameter> parameters)
{
    private float[][]? other;

    /// <summary>The lowest loss, or null before the first.</summary>
    public double? Loss { get; private set; }

    /// <summary>Whether the model holds the best parameters at present and this object the last ones.</summary>
    public bool IsInModel { get; private set; }

    /// <summary>Keeps a copy of the parameters if their loss is the lowest; one that is not a number never is.</summary>
    public bool Offer(double loss)
    {
        if (!(loss < (Loss ?? double.PositiveInfinity)))
            return false;
        Loss = loss;
        Make();
        for (var index = 0; index < parameters.Count; index++)
            parameters[index].Values.CopyTo(other![index]);
        return true;
    }

    /// <summary>Takes over what a checkpoint holds; the values follow through <see cref="BestValues"/>.</summary>
    public void Restore(double loss)
    {
        Loss = loss;
        Make();
    }

    /// <summary>Gives the model the best parameters; the last ones are kept here.</summary>
    public void MoveIntoModel()
    {
        if (Loss is not null && !IsInModel)
            Swap();
    }

    /// <summary>Gives the model its last parameters back.</summary>
    public void MoveOutOfModel()
    {
        if (IsInModel)
            Swap();
    }

    /// <summary>The parameters that training goes on with.</summary>
    public Span<float> LastValues(int index) => IsInModel ? other![index] : parameters[index].Values;

    /// <summary>The best parameters; only when there is a <see cref="Loss"/>.</summary>
    public Span<float> BestValues(int index) => IsInModel ? parameters[index].Values : other![index];

    private void Make() => other ??= [.. parameters.Select(parameter => new float[parameter.Length])];

    private void Swap()
    {
        for (var index = 0; index < parameters.Count; index++)
        {
            var values = parameters[index].Values;
            for (var i = 0; i < values.Length; i++)
                (values[i], other![index][i]) = (other[index][i], values[i]);
            parameters[index].MarkChanged();
        }

        IsInModel = !IsInModel;
    }
}
