using System.Globalization;
using Unroll.Kernels;
using Unroll.Tensors;

namespace Unroll.Optimizers;

/// <summary>
/// Changes parameters along their gradients. An optimiser serves one list of parameters, that of its first step; steps after that allocate
/// nothing. Not safe for use from two threads at once.
/// </summary>
public abstract class Optimizer
{
    private Parameter[]? parameters;
    private float[][][] slots = [];
    private OptimizerState[] state = [];
    private Pass? pass;

    private protected Optimizer(float learningRate, float weightDecay)
    {
        Check(learningRate > 0 && float.IsFinite(learningRate), nameof(learningRate), learningRate, "over 0, such as 0.001");
        Check(weightDecay >= 0 && float.IsFinite(weightDecay), nameof(weightDecay), weightDecay, "0 or more");
        LearningRate = learningRate;
        WeightDecay = weightDecay;
    }

    /// <summary>How far a step goes, over 0 in the constructor; a schedule may set it down to 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value that is negative, infinite or not a number.</exception>
    public float LearningRate
    {
        get;
        set
        {
            Check(value >= 0 && float.IsFinite(value), nameof(LearningRate), value, "0 or more");
            field = value;
        }
    }

    /// <summary>How strongly weights are drawn to zero.</summary>
    public float WeightDecay { get; }

    /// <summary>How many steps it has made.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A negative value.</exception>
    public long StepCount
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    }

    /// <summary>Its name and constants in one line without the learning rate; two optimisers with the same line behave the same.</summary>
    public abstract string Description { get; }

    /// <summary>What it remembers of the parameters it serves, in a fixed order; empty before <see cref="Attach"/> or the first step.</summary>
    public IReadOnlyList<OptimizerState> State => state;

    /// <summary>PyTorch's names of what is remembered for each weight.</summary>
    private protected abstract IReadOnlyList<string> SlotNames { get; }

    /// <summary>What every remembered value starts with.</summary>
    private protected virtual float InitialValue => 0;

    /// <summary>Chooses the parameters it serves and makes room for what it remembers of them; the first step does it by itself.</summary>
    /// <param name="parameters">The parameters; from now on every step gets the same ones in the same order.</param>
    /// <exception cref="InvalidOperationException">It serves other parameters already.</exception>
    public void Attach(IReadOnlyList<Parameter> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (this.parameters is not null)
        {
            Require(parameters, this.parameters);
            return;
        }

        var names = SlotNames;
        this.parameters = [.. parameters];
        pass = new(this, this.parameters);
        slots = new float[parameters.Count][][];
        state = new OptimizerState[parameters.Count * names.Count];
        for (var index = 0; index < parameters.Count; index++)
        {
            var parameter = parameters[index];
            slots[index] = new float[names.Count][];
            for (var slot = 0; slot < names.Count; slot++)
            {
                slots[index][slot] = NewSlot(parameter.Length);
                state[(index * names.Count) + slot] = new($"{names[slot]}.{parameter.Name}", parameter.Shape, slots[index][slot]);
            }
        }
    }

    /// <summary>Changes every parameter that is not fixed along its gradient. Gradients stay as they are.</summary>
    /// <param name="parameters">The same ones in every step.</param>
    /// <exception cref="InvalidOperationException">They are not those of the first step.</exception>
    public void Step(IReadOnlyList<Parameter> parameters) => Step(parameters, 1);

    /// <summary>Changes every parameter along its gradient times a factor, such as <see cref="GradientClipping.ScaleFor"/> gives.</summary>
    /// <param name="parameters">The same ones in every step.</param>
    /// <param name="gradientScale">Multiplies every gradient.</param>
    /// <exception cref="InvalidOperationException">They are not those of the first step.</exception>
    public void Step(IReadOnlyList<Parameter> parameters, float gradientScale)
    {
        Attach(parameters);
        StepCount++;
        Prepare();
        pass!.Run(gradientScale);
        for (var index = 0; index < parameters.Count; index++)
        {
            if (!parameters[index].IsFixed)
                parameters[index].MarkChanged();
        }
    }

    /// <summary>Computes what is the same for every weight of this step; <see cref="StepCount"/> is already that of this step, from 1.</summary>
    private protected virtual void Prepare()
    {
    }

    /// <summary>Whether weights whose gradient is zero stay as they are, bit for bit, and so does what is remembered of them.</summary>
    private protected virtual bool KeepsWithoutGradient => false;

    /// <summary>Updates a stretch of weights; others are updated at the same time.</summary>
    private protected abstract void Update(in UpdateValues values);

    /// <summary>Fails unless a constant is in its range.</summary>
    private protected static void Check(bool isGood, string name, float value, string expected)
    {
        if (!isGood)
        {
            throw new ArgumentOutOfRangeException(
                name, string.Create(CultureInfo.InvariantCulture, $"The {name} is {value}; it has to be {expected}."));
        }
    }

    /// <summary>Fails unless a decay rate is in [0, 1).</summary>
    private protected static void CheckRate(string name, float value) => Check(value is >= 0 and < 1, name, value, "at least 0 and under 1");

    private static void Require(IReadOnlyList<Parameter> given, Parameter[] known)
    {
        var same = given.Count == known.Length;
        for (var index = 0; same && index < known.Length; index++)
            same = ReferenceEquals(given[index], known[index]);
        if (!same)
        {
            throw new InvalidOperationException(
                $"This optimiser serves {known.Length} other parameters and remembers their past; make a new one for another model.");
        }
    }

    private float[] NewSlot(int length)
    {
        var slot = new float[length];
        if (InitialValue != 0)
            Array.Fill(slot, InitialValue);
        return slot;
    }

    /// <summary>One step, shared by the workers.</summary>
    private sealed class Pass : IPieceWork
    {
        private readonly Optimizer optimizer;
        private readonly Parameter[] parameters;
        private readonly ParameterPieces pieces = new();
        private float gradientScale;
        private bool skipsZeros;

        public Pass(Optimizer optimizer, Parameter[] parameters)
        {
            this.optimizer = optimizer;
            this.parameters = parameters;
            pieces.Set(parameters);
        }

        public void Run(float scale)
        {
            gradientScale = scale;
            skipsZeros = optimizer.KeepsWithoutGradient && float.IsFinite(scale);
            // Zeros that only are a promise are written here, before several threads read them.
            for (var index = 0; !skipsZeros && index < parameters.Length; index++)
                _ = parameters[index].GradientValues;
            pieces.Run(this);
        }

        void IPieceWork.Run(int number, in ParameterPiece piece)
        {
            if (!skipsZeros)
            {
                Update(piece, piece.Start, piece.Length);
                return;
            }

            var start = 0;
            while (piece.Next(ref start) is > 0 and var length)
            {
                Update(piece, start, length);
                start += length;
            }
        }

        private void Update(in ParameterPiece piece, int start, int length)
        {
            var slots = optimizer.slots[piece.Index];
            optimizer.Update(new()
            {
                Weights = piece.Parameter.Values.Slice(start, length),
                Gradient = piece.Parameter.GradientValues.Slice(start, length),
                GradientScale = gradientScale,
                First = slots.Length > 0 ? slots[0].AsSpan(start, length) : default,
                Second = slots.Length > 1 ? slots[1].AsSpan(start, length) : default,
                Third = slots.Length > 2 ? slots[2].AsSpan(start, length) : default,
            });
        }
    }
}
