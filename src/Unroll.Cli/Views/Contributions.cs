using System.Globalization;
using System.Text;
using Unroll.Data;
using Unroll.Models;

namespace Unroll.Cli.Views;

/// <summary>A part of a sequence and what it says for a label, above 0, or against it.</summary>
/// <param name="Part">A token, or a time step.</param>
/// <param name="Value">Gradient × input.</param>
internal readonly record struct Contribution(string Part, double Value);

/// <summary>Names the parts of a sequence that a model's attribution is about.</summary>
internal static class Contributions
{
    public static IReadOnlyList<Contribution> Of(SequenceClassifier model, LabelledSequence sequence, string label)
    {
        var values = model.Attribute(sequence, label);
        if (sequence.Text is not { } text)
        {
            return [.. values.Chunk(sequence.Channels).Select((step, index) =>
                new Contribution(string.Create(CultureInfo.InvariantCulture, $"step {index + 1}: "), step.Sum()))];
        }

        string[] parts = model.Vocabulary switch
        {
            WordVocabulary words => [.. words.Encode(text).Select(token => words.Words[token])],
            BytePairVocabulary pairs => [.. pairs.Encode(text).Select(token => pairs.TextOf(token).Replace(' ', '␠'))],
            ByteVocabulary => [.. Encoding.UTF8.GetBytes(text).Select(value => value is > 32 and < 127 ? ((char)value).ToString() : value.ToString("X2", CultureInfo.InvariantCulture))],
            _ => [.. text.EnumerateRunes().Select(character => character.Value == ' ' ? "␠" : character.ToString())],
        };
        return [.. parts.Zip(values, (part, value) => new Contribution(part, value))];
    }
}
