using Unroll.Kernels;

namespace Unroll.Cells;

/// <summary>
/// A recurrent cell as layers, models and files know it: what it is called, how many gates and states it has, and, inside the library, its maths.
/// Two are equal when they have the same maths and the same constants.
/// </summary>
public abstract class Cell : IEquatable<Cell>
{
    private protected Cell()
    {
    }

    /// <summary>Long short-term memory (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000).</summary>
    public static Cell Lstm => CellCatalog.ByHandOf<LstmCell, LstmEquations>();

    /// <summary>Gated recurrent unit (Cho et al. 2014), reset applied after the recurrent product as PyTorch and cuDNN do.</summary>
    public static Cell Gru => CellCatalog.ByHandOf<GruCell, GruEquations>();

    /// <summary>Vanilla recurrence (Elman 1990) with tanh.</summary>
    public static Cell RnnTanh => CellCatalog.ByHandOf<ElmanCell<TanhActivation>, ElmanEquations<TanhActivation>>();

    /// <summary>Vanilla recurrence with the rectifier, max(0, x).</summary>
    public static Cell RnnRelu => CellCatalog.ByHandOf<ElmanCell<ReluActivation>, ElmanEquations<ReluActivation>>();

    /// <summary>LSTM with peepholes (Gers and Schmidhuber 2000; Graves 2013).</summary>
    public static Cell PeepholeLstm => CellCatalog.Of<PeepholeLstmCell>();

    /// <summary>LSTM with coupled input and forget gates (Greff et al. 2017).</summary>
    public static Cell CoupledLstm => CellCatalog.Of<CoupledLstmCell>();

    /// <summary>LSTM whose output is projected (Sak et al. 2014).</summary>
    public static Cell ProjectedLstm => CellCatalog.Of<ProjectedLstmCell>();

    /// <summary>GRU with the reset gate applied before the recurrent product (Cho et al. 2014).</summary>
    public static Cell GruResetBefore => CellCatalog.Of<GruResetBeforeCell>();

    /// <summary>Minimal gated unit (Zhou et al. 2016).</summary>
    public static Cell MinimalGated => CellCatalog.Of<MinimalGatedCell>();

    /// <summary>LSTM with normalised sums (Ba et al. 2016).</summary>
    public static Cell LayerNormLstm => CellCatalog.Of<LayerNormLstmCell>();

    /// <summary>GRU with normalised sums (Ba et al. 2016).</summary>
    public static Cell LayerNormGru => CellCatalog.Of<LayerNormGruCell>();

    /// <summary>Independently recurrent network (Li et al. 2018).</summary>
    public static Cell IndRnn => CellCatalog.Of<IndRnnCell>();

    /// <summary>Simple recurrent unit (Lei et al. 2018).</summary>
    public static Cell Sru => CellCatalog.Of<SruCell>();

    /// <summary>Quasi-recurrent network with fo-pooling over two steps (Bradbury et al. 2017).</summary>
    public static Cell Qrnn => CellCatalog.Of<QrnnCell>();

    /// <summary>Minimal GRU (Feng et al. 2024).</summary>
    public static Cell MinGru => CellCatalog.Of<MinGruCell>();

    /// <summary>Minimal LSTM (Feng et al. 2024).</summary>
    public static Cell MinLstm => CellCatalog.Of<MinLstmCell>();

    /// <summary>Real-gated linear recurrent unit (De et al. 2024).</summary>
    public static Cell Lru => CellCatalog.Of<LruCell>();

    /// <summary>The sLSTM of xLSTM (Beck et al. 2024).</summary>
    public static Cell SLstm => CellCatalog.Of<SLstmCell>();

    /// <summary>Jordan network, whose state is its output (Jordan 1986).</summary>
    public static Cell Jordan => CellCatalog.Of<JordanCell>();

    /// <summary>Echo state network, whose weights are drawn and never trained (Jaeger 2001).</summary>
    public static Cell EchoState => CellCatalog.Of<EchoStateCell>();

    /// <summary>The cells of the library. Asking for the list makes them all; <see cref="Find"/> makes one.</summary>
    public static IReadOnlyList<Cell> BuiltIn => CellCatalog.All;

    /// <summary>The names of <see cref="BuiltIn"/>, in the same order, without making the cells.</summary>
    public static IReadOnlyList<string> BuiltInNames => CellCatalog.Names;

    /// <summary>What files call it, such as <c>lstm</c>.</summary>
    public abstract string Name { get; }

    /// <summary>What the literature calls its gates, in the order of the rows of the weight matrices.</summary>
    public abstract IReadOnlyList<string> GateNames { get; }

    /// <summary>G: gates, that is rows of the weight matrices for each hidden unit.</summary>
    public abstract int GateCount { get; }

    /// <summary>S: states of each unit besides its output.</summary>
    public abstract int StateCount { get; }

    /// <summary>How many of the states, the first ones, zoneout may make keep their values of the step before.</summary>
    public abstract int ZoneoutStateCount { get; }

    /// <summary>Whether it keeps <c>W·x</c> and <c>U·h</c> of its gates apart instead of adding them up.</summary>
    public abstract bool SeparatesRecurrentSums { get; }

    /// <summary>Whether the previous output enters the sums through a matrix U.</summary>
    public abstract bool HasRecurrentMatrix { get; }

    /// <summary>The weights that it has for each unit besides the matrices.</summary>
    public abstract IReadOnlyList<UnitWeight> UnitWeights { get; }

    /// <summary>F: of how many gates, the last ones, the recurrent product is with the filtered output.</summary>
    public abstract int FilteredGateCount { get; }

    /// <summary>Whether input sums and recurrent sums are normalised before the step.</summary>
    public abstract bool NormalizesSums { get; }

    /// <summary>Whether a matrix makes the output of what the step gives, so that it may be smaller than H.</summary>
    public abstract bool ProjectsOutput { get; }

    /// <summary>Whether the weights of its layers are drawn once and never trained.</summary>
    public abstract bool IsFixed { get; }

    /// <summary>Into how many heads the units are split; the recurrent matrix joins only units of the same one.</summary>
    public abstract int Heads { get; }

    /// <summary>The constants that its results depend on, as model files keep them.</summary>
    public abstract IReadOnlyList<CellConstant> Constants { get; }

    /// <summary>The bound of its states, or of its output where it has none, or null.</summary>
    public float? Clip => Choices.Clip;

    /// <summary>Whether hard sigmoid and hard tanh stand for σ and tanh.</summary>
    public bool HasHardActivations => Choices.HardActivations;

    /// <summary>The gate that keeps the state when its sum is large, counted from 0, or null. Training may start with a larger bias there.</summary>
    public abstract int? ForgetGate { get; }

    /// <summary>Title, equations and source, or null for a cell that says nothing of itself.</summary>
    public abstract CellDescription? Description { get; }

    /// <summary>The cell of the library with a name, or null.</summary>
    /// <param name="name">One of <see cref="BuiltInNames"/>.</param>
    public static Cell? Find(string name) => CellCatalog.Find(name);

    /// <summary>The values of all weights and biases of one layer in one direction.</summary>
    /// <param name="inputSize">I, at least 1.</param>
    /// <param name="hiddenSize">H, at least 1, and divisible by <see cref="Heads"/>.</param>
    /// <param name="projectionSize">R of a cell that projects its output, 1 to H; half of H, rounded up, unless it is given.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1, R above H, or H not divisible by the heads.</exception>
    public long ParameterCount(int inputSize, int hiddenSize, int? projectionSize = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(hiddenSize, 1);
        if (ProblemOfHeads(hiddenSize) is { } problem)
            throw new ArgumentOutOfRangeException(nameof(hiddenSize), problem);
        long output = ProjectsOutput ? projectionSize ?? (hiddenSize + 1) / 2 : hiddenSize;
        ArgumentOutOfRangeException.ThrowIfLessThan(output, 1, nameof(projectionSize));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(output, hiddenSize, nameof(projectionSize));
        var perGate = inputSize + 1L + (HasRecurrentMatrix ? (output / Heads) + 1 : 0) + (NormalizesSums ? 2 : 0);
        return hiddenSize * ((GateCount * perGate) + (ProjectsOutput ? output : 0) + UnitWeights.Count);
    }

    /// <summary>The same cell with its units split into heads: the recurrent matrix joins only units of the same one.</summary>
    /// <param name="heads">How many, at least 1; the hidden size of every layer has to be a multiple.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than one.</exception>
    /// <exception cref="InvalidOperationException">
    /// It is no cell of the library whose units can be split, such as <see cref="SLstm"/>; a cell of your own says itself how many heads it has.
    /// </exception>
    public Cell WithHeads(int heads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(heads, 1);
        return CellCatalog.WithHeads(Name, heads)?.With(Choices) ?? throw new InvalidOperationException(
            $"The units of the cell '{Name}' cannot be split into heads; those of {string.Join(", ", CellCatalog.NamesWithHeads)} can.");
    }

    /// <summary>
    /// The same cell with its states within a bound: after each step a state above <paramref name="limit"/> is <paramref name="limit"/>, and one below
    /// −<paramref name="limit"/> is that. Of a cell without further states it is the output, before it is projected where it is.
    /// </summary>
    /// <remarks>
    /// The output is made of the bounded states, as with TensorFlow's <c>cell_clip</c>; Sak, Senior and Beaufays (2014) bound the states of an LSTM by 50. Where a
    /// bound holds a value, the gradient of what it was is zero. Weights of the plain cell go with the clipped one.
    /// </remarks>
    /// <param name="limit">A positive finite number.</param>
    /// <exception cref="ArgumentOutOfRangeException">The limit is not a positive finite number.</exception>
    /// <exception cref="InvalidOperationException">The equations do not work with such a bound; the message says what goes wrong.</exception>
    public Cell WithClip(float limit) => limit > 0 && float.IsFinite(limit)
        ? With(Choices with { Clip = limit })
        : throw new ArgumentOutOfRangeException(nameof(limit), limit, "The limit of a cell's states is a positive finite number, such as 10.");

    /// <summary>
    /// The same cell with piecewise linear activations: <c>max(0, min(1, 0.2·x + 0.5))</c> for σ and <c>max(−1, min(1, x))</c> for tanh, as in ONNX's HardSigmoid
    /// and Keras 2. In the flat parts the gradient is zero.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// The cell uses neither σ nor tanh, or its equations do not work with gates that are exactly 0; the message says which.
    /// </exception>
    public Cell WithHardActivations() => With(Choices with { HardActivations = true });

    /// <summary>A cell of your own, from its equations.</summary>
    /// <typeparam name="TCell">A struct with the equations of one step.</typeparam>
    /// <param name="cell">Its constants.</param>
    /// <exception cref="ArgumentException">
    /// The equations do not fit what the struct says of itself, or their results or gradients are no numbers; the message says what is wrong.
    /// </exception>
    public static Cell Of<TCell>(TCell cell = default)
        where TCell : struct, ICell => CellCatalog.Of(cell);

    /// <summary>Whether both have the same maths and the same constants.</summary>
    public static bool operator ==(Cell? left, Cell? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Whether they differ in their maths or their constants.</summary>
    public static bool operator !=(Cell? left, Cell? right) => !(left == right);

    /// <inheritdoc/>
    public abstract bool Equals(Cell? other);

    /// <inheritdoc/>
    public sealed override bool Equals(object? obj) => Equals(obj as Cell);

    /// <inheritdoc/>
    public abstract override int GetHashCode();

    /// <summary>The <see cref="Name"/>.</summary>
    public sealed override string ToString() => Name;

    /// <summary>Its name and everything that its results depend on, in words.</summary>
    internal string Signature => string.Join(", ", [Name, .. Constants.Select(constant => constant.ToString()), .. ChoicesInWords]);

    /// <summary>What is chosen for it besides its equations.</summary>
    internal abstract CellChoices Choices { get; }

    private IEnumerable<string> ChoicesInWords
    {
        get
        {
            if (Clip is { } limit)
                yield return new CellConstant("clip", limit).ToString();
            if (HasHardActivations)
                yield return "hard activations";
        }
    }

    /// <summary>Why a layer cannot have so many units, or null.</summary>
    internal string? ProblemOfHeads(int hiddenSize) => hiddenSize % Heads == 0
        ? null
        : $"The cell '{Name}' splits its units into {Heads} heads of the same size; {hiddenSize} units are not divisible by {Heads}.";

    /// <summary>The same cell with other choices.</summary>
    internal abstract Cell With(CellChoices other);

    /// <summary>Calls the visitor with the cell's own type.</summary>
    internal abstract TResult Accept<TVisitor, TResult>(TVisitor visitor)
        where TVisitor : struct, ICellVisitor<TResult>;
}
