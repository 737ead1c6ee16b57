using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Unroll.Data;

namespace Unroll.Training;

/// <summary>The text to learn from and the one to measure on.</summary>
internal sealed class TrainingTexts
{
    private TrainingTexts(TextCorpus training, TextCorpus? validation)
    {
        Training = training;
        Validation = validation;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes(training.Tokens.Span));
        hash.AppendData([0]);
        hash.AppendData(MemoryMarshal.AsBytes(validation is null ? default : validation.Tokens.Span));
        Hash = Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public TextCorpus Training { get; }

    public TextCorpus? Validation { get; }

    /// <summary>SHA-256 of both, in hexadecimal: what a checkpoint knows them by.</summary>
    public string Hash { get; }

    public static TrainingTexts From(TextCorpus text, TrainerOptions options)
    {
        if (options.Validation is { } validation)
            return new(text, validation);
        if (options.ValidationFraction == 0)
            return new(text, null);
        var (first, last) = text.Split(options.ValidationFraction);
        return new(first, last);
    }
}
