using Unroll.Layers;

namespace Unroll.Models;

/// <summary>
/// A stream of time steps through a <see cref="SequenceClassifier"/>: after each the label of the sequence so far, the same as for the steps so far together, or that of the
/// step where the model labels every step. The weights are shared, the state is this object's own. A step allocates nothing. Not safe for use from two threads at once.
/// </summary>
public sealed class ClassifierSession
{
    private readonly SequenceClassifier model;
    private readonly RecurrentStream stream;
    private readonly float[] scaled;
    private readonly float[] pooled;
    private readonly float[] result;
    private readonly float[] logits;
    private readonly double[] probabilities;
    private double weights;
    private float largestScore;

    internal ClassifierSession(SequenceClassifier model)
    {
        if (model.Scaler is not { } scaler)
            throw new InvalidOperationException("This model classifies texts; a session takes time steps of channels. Use Predict.");
        if (model.Options.Bidirectional)
            throw new InvalidOperationException("This model is bidirectional and needs the end of a sequence first; a session takes steps as they come. Train one without it, or use Predict.");
        this.model = model;
        stream = model.Network.Rnn.OpenStream();
        scaled = new float[scaler.Channels];
        pooled = new float[model.Network.Rnn.OutputSize];
        result = new float[pooled.Length];
        logits = new float[model.Labels.Count];
        probabilities = new double[logits.Length];
    }

    /// <summary>How many steps the sequence has so far.</summary>
    public long Steps { get; private set; }

    /// <summary>The probability of each label of the model after the last step; zeros before the first.</summary>
    public ReadOnlySpan<double> Probabilities => probabilities;

    /// <summary>The most probable label after the last step.</summary>
    /// <exception cref="InvalidOperationException">There was no step yet.</exception>
    public string Label
    {
        get
        {
            CheckBegun();
            var best = 0;
            for (var label = 1; label < probabilities.Length; label++)
                best = probabilities[label] > probabilities[best] ? label : best;
            return model.Labels[best];
        }
    }

    /// <summary>Takes one time step.</summary>
    /// <param name="values">[C], in their own units; finite.</param>
    /// <exception cref="ArgumentException">There are more or fewer values than channels, or one is not finite; the sequence is as before.</exception>
    public void Step(ReadOnlySpan<float> values)
    {
        if (values.Length != scaled.Length)
            throw new ArgumentException($"A step of this model has {scaled.Length} channels; got {values.Length}.", nameof(values));
        if (!values.AreFinite())
            throw new ArgumentException("A step holds a value that is no finite number; leave the step out or fill the gap.", nameof(values));
        model.Scaler!.Apply(values, scaled);
        var hidden = stream.Step(scaled);
        Steps++;
        Pool(hidden);
        model.Network.Head.Step(result, logits);
        TemperatureSoftmax.Probabilities(logits, model.Temperature, probabilities);
    }

    /// <summary>The labels after the last step, the most probable first.</summary>
    /// <exception cref="InvalidOperationException">There was no step yet.</exception>
    public Classification Classify()
    {
        CheckBegun();
        return Classification.Of(model.Labels, probabilities);
    }

    /// <summary>Begins another sequence.</summary>
    public void Reset()
    {
        stream.Reset();
        Steps = 0;
        weights = 0;
        Array.Clear(probabilities);
    }

    private void CheckBegun()
    {
        if (Steps == 0)
            throw new InvalidOperationException("There was no step yet, so there is no label.");
    }

    private void Pool(ReadOnlySpan<float> hidden)
    {
        // Where every step has a label the pooling is Last.
        switch (model.Options.Pooling)
        {
            case PoolingKind.Last:
                hidden.CopyTo(result);
                break;
            case PoolingKind.Max:
                for (var index = 0; index < hidden.Length; index++)
                    pooled[index] = Steps == 1 ? hidden[index] : Math.Max(pooled[index], hidden[index]);
                pooled.CopyTo(result, 0);
                break;
            case PoolingKind.Mean:
                AddWeighted(hidden, keep: Steps == 1 ? 0 : 1, weight: 1);
                break;
            default:
                var score = model.Network.Pooling.ScoreOf(hidden);
                var largest = Steps == 1 ? score : Math.Max(score, largestScore);
                AddWeighted(hidden, keep: Steps == 1 ? 0 : Math.Exp(largestScore - largest), weight: Math.Exp(score - largest));
                largestScore = largest;
                break;
        }
    }

    /// <summary>The weighted mean so far: what came before is multiplied by <paramref name="keep"/>, so that weights stay in the range of a softmax.</summary>
    private void AddWeighted(ReadOnlySpan<float> hidden, double keep, double weight)
    {
        weights = (weights * keep) + weight;
        for (var index = 0; index < hidden.Length; index++)
        {
            pooled[index] = (float)((Steps == 1 ? 0 : pooled[index] * keep) + (weight * hidden[index]));
            result[index] = (float)(pooled[index] / weights);
        }
    }
}
