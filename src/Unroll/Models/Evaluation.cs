using System.Globalization;

namespace Unroll.Models;

/// <summary>How well a language model predicts a text. Every token is predicted, the state is carried through the whole text as one stream.</summary>
public sealed record Evaluation
{
    /// <summary>The name of the text.</summary>
    public required string Text { get; init; }

    /// <summary>How many tokens were predicted.</summary>
    public required long Tokens { get; init; }

    /// <summary>How many characters (Unicode scalar values) they stand for.</summary>
    public required long Characters { get; init; }

    /// <summary>How many bytes of UTF-8 they stand for.</summary>
    public required long Bytes { get; init; }

    /// <summary>Nats summed over all tokens.</summary>
    public required double TotalNats { get; init; }

    /// <summary>The 95% interval of <see cref="Nats"/> over 1,000 resamples of blocks of the text; null for a text of few blocks.</summary>
    public required (double Low, double High)? NatsInterval { get; init; }

    /// <summary>Mean nats per token of a model that finds every token equally likely: ln V.</summary>
    public required double UniformNats { get; init; }

    /// <summary>
    /// Mean nats per token of the token frequencies of the training text, each count plus one; null where the model does not know them.
    /// </summary>
    public required double? UnigramNats { get; init; }

    /// <summary>How long it took, in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>What was measured, on what, with which choices: what another figure has to share to be comparable.</summary>
    public required string Signature { get; init; }

    /// <summary>Mean nats per predicted token: the loss.</summary>
    public double Nats => TotalNats / Tokens;

    /// <summary>Bits per character.</summary>
    public double BitsPerCharacter => TotalNats / Math.Log(2) / Characters;

    /// <summary>Bits per byte, the only figure that compares across kinds of tokens.</summary>
    public double BitsPerByte => TotalNats / Math.Log(2) / Bytes;

    /// <summary>exp of the mean nats per token.</summary>
    public double Perplexity => Math.Exp(Nats);

    /// <summary>Tokens predicted in a second.</summary>
    public double TokensPerSecond => Seconds > 0 ? Tokens / Seconds : 0;

    /// <summary>The figures on one line.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Nats:F4} nats per token, {BitsPerCharacter:F4} bits per character, {BitsPerByte:F4} bits per byte, perplexity {Perplexity:F3} ({Signature})");
}
