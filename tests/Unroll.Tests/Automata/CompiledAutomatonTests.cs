using Unroll.Automata;
using Unroll.Cells;
using Unroll.Layers;
using Unroll.Losses;
using Unroll.Tensors;
using Unroll.Tests.Lanes;
using Unroll.Tests.Recurrence;

namespace Unroll.Tests.Automata;

/// <summary>A compiled network recognises exactly its language: beside a program written for the language, and beside .NET's regular expressions.</summary>
public sealed class CompiledAutomatonTests
{
    private const int Half = 6;
    private const int LongText = 10_000;

    public static TheoryData<string, Cell> Cases
    {
        get
        {
            var cases = new TheoryData<string, Cell>();
            foreach (var language in Languages.All)
            {
                cases.Add(language.Name, Cell.RnnRelu);
                cases.Add(language.Name, Cell.RnnTanh);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void All_texts_of_at_most_12_symbols_are_answered_rightly(string name, Cell cell)
    {
        var language = Find(name);
        // Of the 22 million texts over four letters, those of at most 8 with tanh.
        var half = language.Automaton.Alphabet.Length == 4 && cell == Cell.RnnTanh ? Half - 2 : Half;
        var network = language.Automaton.Compile(cell);
        Assert.Equal(language.Contains(""), network.Accepts(""));
        var beginnings = new TextBatch(language.Automaton.Alphabet, half);
        // All beginnings at once, then all ends behind each of them.
        var states = CheckAll(language, network, beginnings, "", null);
        for (var row = 0; row < beginnings.Count; row++)
            _ = CheckAll(language, network, beginnings, beginnings.Text(row, half), states.Slice(row * network.UnitCount, network.UnitCount).ToArray());
    }

    [Theory]
    [MemberData(nameof(Cases))]
    [Trait(LaneRunsTests.Mark, "every")]
    public void Random_texts_of_10_000_symbols_are_answered_rightly_after_every_symbol(string name, Cell cell)
    {
        var language = Find(name);
        var network = language.Automaton.Compile(cell);
        var random = new Random(11);
        for (var attempt = 0; attempt < 6; attempt++)
        {
            var text = Languages.LiveText(language.Automaton, LongText, random).ToCharArray();
            if (attempt % 2 == 1)
                text[random.Next(LongText)] = language.Automaton.Alphabet[random.Next(language.Automaton.Alphabet.Length)];
            CheckLong(language, network, new(text));
        }

        CheckLong(language, network, string.Create(LongText, random, (text, source) => source.GetItems(language.Automaton.Alphabet.AsSpan(), text)));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_hidden_state_is_one_transition_and_gives_the_state_of_the_automaton(string name, Cell cell)
    {
        var automaton = Find(name).Automaton;
        var network = automaton.Compile(cell);
        var stream = network.OpenStream();
        var text = Languages.LiveText(automaton, 300, new Random(3));
        var state = automaton.Start;
        Assert.Equal(state, stream.State);
        foreach (var symbol in text)
        {
            var unit = (state * automaton.Alphabet.Length) + automaton.Alphabet.IndexOf(symbol, StringComparison.Ordinal);
            state = automaton.Next(state, symbol);
            Assert.Equal(automaton.IsAccepting(state), stream.Step(symbol));
            Assert.Equal(state, stream.State);
            Assert.Equal(network.UnitCount, stream.Hidden.Length);
            for (var index = 0; index < network.UnitCount; index++)
                Assert.Equal(index == unit ? 1 : cell == Cell.RnnTanh ? -1 : 0, stream.Hidden[index]);
        }

        stream.Reset();
        Assert.Equal(automaton.Start, stream.State);
        Assert.Equal(automaton.IsAccepting(automaton.Start), stream.IsAccepting);
    }

    /// <summary>The weights are 0, 1 and −1: bfloat16 has them all.</summary>
    [Fact]
    public void Bfloat16_weights_are_exact_too()
    {
        var network = Languages.Letters.Automaton.Compile();
        var narrow = network.Recurrent.Quantize(WeightFormat.BFloat16).OpenStream();
        var wide = network.Recurrent.OpenStream();
        var input = network.Encode(Languages.LiveText(network.Automaton, 2000, new Random(5)));
        for (var step = 0; step < 2000; step++)
        {
            var x = input.Values.Slice(step * 4, 4);
            Assert.True(wide.Step(x).SequenceEqual(narrow.Step(x)));
        }
    }

    /// <summary>Where tanh is ±1 its derivative is 0: no step of a gradient leads away from these weights, nor to them.</summary>
    [Fact]
    public void The_gradient_of_the_weights_of_a_tanh_network_is_exactly_zero()
    {
        var network = Languages.NoThreeInARow.Automaton.Compile(Cell.RnnTanh);
        var tape = new Tape();
        var answers = network.Readout.Forward(tape, network.Recurrent.Forward(tape, network.Encode("0110010001110")).Output);
        var loss = tape.MeanSquaredError(answers, new Tensor(answers.Shape));
        tape.Backward(loss);
        Assert.True(loss.Scalar > 0);
        Assert.True(network.Readout.Weight.Gradient.ContainsAnyExcept(0f));
        foreach (var parameter in network.Recurrent.Parameters.Where(parameter => parameter.Name != "start_hidden_l0"))
            Assert.False(parameter.Gradient.ContainsAnyExcept(0f), parameter.Name);
    }

    [Fact]
    public void The_largest_network_is_exact()
    {
        const int states = CompiledAutomaton.MaximumUnits / 8;
        var random = new Random(8);
        int[][] transitions = [.. Enumerable.Range(0, states).Select(_ => Enumerable.Range(0, 8).Select(_ => random.Next(states)).ToArray())];
        var automaton = new Automaton("abcdefgh", transitions, Enumerable.Range(0, states).Where(_ => random.Next(2) == 0), start: 77);
        foreach (var cell in (Cell[])[Cell.RnnRelu, Cell.RnnTanh])
        {
            var stream = automaton.Compile(cell).OpenStream();
            var state = automaton.Start;
            for (var step = 0; step < 50; step++)
            {
                var symbol = random.Next(8);
                state = transitions[state][symbol];
                Assert.Equal(automaton.IsAccepting(state), stream.Step((char)('a' + symbol)));
                Assert.Equal(state, stream.State);
            }
        }
    }

    [Fact]
    public void A_foreign_character_is_in_no_word_and_no_symbol_to_step_with()
    {
        var network = Languages.Parity.Automaton.Compile();
        Assert.False(network.Accepts("aab?"));
        Assert.False(network.Automaton.Accepts("aab?"));
        var stream = network.OpenStream();
        Assert.Contains("'?' is not in the alphabet \"ab\"", Assert.Throws<ArgumentException>(() => stream.Step('?')).Message, StringComparison.Ordinal);
        Assert.Contains("'?' at position 3", Assert.Throws<ArgumentException>(() => network.Encode("aab?")).Message, StringComparison.Ordinal);
        Assert.Contains("text is empty", Assert.Throws<ArgumentException>(() => network.Encode("")).Message, StringComparison.Ordinal);
        Assert.True(stream.IsAccepting);
    }

    [Fact]
    public void What_cannot_be_compiled_or_read_is_refused()
    {
        var automaton = Languages.Parity.Automaton;
        Assert.Contains("cell 'lstm'; expected 'rnn-relu' or 'rnn-tanh'", Assert.Throws<ArgumentException>(() => automaton.Compile(Cell.Lstm)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "8194 units, one for each transition; at most 8192",
            Assert.Throws<InvalidOperationException>(() => Automaton.Brackets(4095).Compile()).Message, StringComparison.Ordinal);
        var network = automaton.Compile();
        Assert.Contains("has 4 values; got 3", Assert.Throws<ArgumentException>(() => network.StateOf([0, 0, 1])).Message, StringComparison.Ordinal);
        Assert.Contains("1 for one unit and 0 for the others", Assert.Throws<ArgumentException>(() => network.StateOf([0, 1, 1, 0])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => network.StateOf([0, 0.5f, 0, 0]));
    }

    private static Language Find(string name) => Languages.All.Single(language => language.Name == name);

    /// <summary>Checks the answers to a beginning and each text behind it; gives the final hidden states, [rows, N].</summary>
    private static Span<float> CheckAll(Language language, CompiledAutomaton network, TextBatch ends, string beginning, float[]? hidden)
    {
        var tape = new Tape(recording: false);
        RecurrentState? initial = null;
        if (hidden is not null)
        {
            initial = network.Recurrent.CreateState(ends.Count);
            for (var row = 0; row < ends.Count; row++)
                hidden.CopyTo(initial.Hidden.Values[(row * hidden.Length)..]);
        }

        var output = network.Recurrent.Forward(tape, ends.Input, initial);
        var answers = network.Readout.Forward(tape, output.Output).Values;
        Span<char> text = stackalloc char[beginning.Length + ends.Length];
        beginning.CopyTo(text);
        for (var row = 0; row < ends.Count; row++)
        {
            ends.Write(row, text[beginning.Length..]);
            for (var length = ends.Length; length > 0 && ends.IsFirst(row, length); length--)
                Check(language, text[..(beginning.Length + length)], answers[((length - 1) * ends.Count) + row]);
        }

        return output.FinalHidden.Values;
    }

    private static void Check(Language language, ReadOnlySpan<char> text, float answer)
    {
        // No assertion for each of millions of texts: that would take most of the time.
        if (answer != (language.Contains(text) ? 1 : -1) || (language.Regex is { } regex && regex.IsMatch(text) != answer > 0))
            Assert.Fail($"{language}: \"{text}\" gives {answer}; the program says {language.Contains(text)}, .NET {language.Regex?.IsMatch(text)}.");
    }

    private static void CheckLong(Language language, CompiledAutomaton network, string text)
    {
        var tape = new Tape(recording: false);
        var answers = network.Readout.Forward(tape, network.Recurrent.Forward(tape, network.Encode(text)).Output).Values;
        for (var length = 1; length <= text.Length; length++)
        {
            // The programs read the whole text, so they see some beginnings only.
            if (length <= 40 || length % 97 == 0 || length == text.Length)
                Check(language, text.AsSpan(0, length), answers[length - 1]);
        }

        var state = language.Automaton.Start;
        for (var step = 0; step < text.Length; step++)
        {
            state = language.Automaton.Next(state, text[step]);
            Assert.Equal(language.Automaton.IsAccepting(state) ? 1 : -1, answers[step]);
        }

        Assert.Equal(language.Contains(text), network.Accepts(text));
    }

    /// <summary>All texts of some length, one a row; their symbols are the digits of the row's number, the highest first.</summary>
    private sealed class TextBatch
    {
        private readonly string alphabet;

        public TextBatch(string alphabet, int length)
        {
            this.alphabet = alphabet;
            Length = length;
            Count = (int)Power(length);
            Input = new(new(length, Count, alphabet.Length));
            for (var row = 0; row < Count; row++)
            {
                var text = Text(row, length);
                for (var step = 0; step < length; step++)
                    Input.Values[(((step * Count) + row) * alphabet.Length) + alphabet.IndexOf(text[step], StringComparison.Ordinal)] = 1;
            }
        }

        public int Length { get; }

        public int Count { get; }

        public Tensor Input { get; }

        public string Text(int row, int length)
        {
            Span<char> text = stackalloc char[length];
            Write(row, text);
            return new(text);
        }

        public void Write(int row, Span<char> text)
        {
            for (var position = text.Length - 1; position >= 0; position--)
            {
                text[position] = alphabet[row % alphabet.Length];
                row /= alphabet.Length;
            }
        }

        /// <summary>Whether a beginning of a row's text stands in no row before it.</summary>
        public bool IsFirst(int row, int length) => row % Power(Length - length) == 0;

        private long Power(int exponent)
        {
            var power = 1L;
            for (var count = 0; count < exponent; count++)
                power *= alphabet.Length;
            return power;
        }
    }
}

/// <summary>Apart, because it measures the whole process.</summary>
[Collection(AloneCollection.Name)]
public sealed class AutomatonStreamAllocationTests
{
    [Fact]
    public void A_step_allocates_nothing()
    {
        var stream = Languages.Letters.Automaton.Compile().OpenStream();
        var least = long.MaxValue;
        for (var attempt = 0; attempt < 20 && least > 0; attempt++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var step = 0; step < 100; step++)
            {
                stream.Step('c');
                _ = stream.State;
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }
}
