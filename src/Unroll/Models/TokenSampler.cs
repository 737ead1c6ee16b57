using Unroll.Tensors;

namespace Unroll.Models;

/// <summary>
/// Draws tokens from the logits of any model, as <see cref="LanguageModel.Generate(string, GenerateOptions?)"/> does. One for each stream, used from one thread at a time; a draw
/// allocates nothing.
/// </summary>
public sealed class TokenSampler
{
    private readonly GenerateOptions options;
    private readonly double[] weights;
    private readonly int[] order;
    private readonly Comparison<int> likelierFirst;
    private CounterRandom random;

    /// <summary>A sampler for one vocabulary.</summary>
    /// <param name="vocabularySize">V, at least 1.</param>
    /// <param name="options">How to choose, and the seed; the length is not used.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is below 1, or an option is outside its range.</exception>
    public TokenSampler(int vocabularySize, GenerateOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabularySize, 1);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        this.options = options;
        weights = new double[vocabularySize];
        order = new int[vocabularySize];
        // Equal weights keep the order of their tokens, so that a draw does not depend on how the sort treats ties.
        likelierFirst = (left, right) => weights[right] != weights[left] ? weights[right].CompareTo(weights[left]) : left.CompareTo(right);
        random = new(options.Seed);
    }

    /// <summary>Draws the next token.</summary>
    /// <param name="logits">[V]; those that are no finite number are never drawn.</param>
    /// <returns>0…V − 1.</returns>
    /// <exception cref="ArgumentException">The number of logits is not V.</exception>
    /// <exception cref="InvalidOperationException">No logit is a finite number.</exception>
    public int Next(ReadOnlySpan<float> logits)
    {
        if (logits.Length != weights.Length)
            throw new ArgumentException($"There are {logits.Length} logits; this sampler draws from a vocabulary of {weights.Length}.", nameof(logits));
        var best = Likeliest(logits);
        if (options.Temperature == 0)
            return best;
        // exp((z − max) / temperature), in double so that a small temperature does not underflow early.
        for (var token = 0; token < logits.Length; token++)
        {
            var weight = Math.Exp(((double)logits[token] - logits[best]) / options.Temperature);
            weights[token] = double.IsFinite(weight) ? weight : 0;
            order[token] = token;
        }

        return Draw(Candidates());
    }

    /// <summary>The token of the largest logit; the first of equals.</summary>
    /// <param name="logits">At least one.</param>
    /// <exception cref="InvalidOperationException">No logit is a finite number.</exception>
    public static int Likeliest(ReadOnlySpan<float> logits)
    {
        var best = -1;
        for (var token = 0; token < logits.Length; token++)
        {
            if (float.IsFinite(logits[token]) && (best < 0 || logits[token] > logits[best]))
                best = token;
        }

        return best >= 0 ? best : throw new InvalidOperationException("The model gave no finite logit; its weights are too large to use.");
    }

    /// <summary>Sorts the candidates to the front and returns how many there are.</summary>
    private int Candidates()
    {
        var count = Math.Min(options.TopK ?? order.Length, order.Length);
        if (options.TopP is null && count == order.Length)
            return count;
        order.AsSpan().Sort(likelierFirst);
        if (options.TopP is not { } wanted)
            return count;
        var total = 0.0;
        for (var index = 0; index < count; index++)
            total += weights[order[index]];
        var reached = 0.0;
        for (var index = 0; index < count; index++)
        {
            reached += weights[order[index]];
            if (reached >= wanted * total)
                return index + 1;
        }

        return count;
    }

    private int Draw(int count)
    {
        var total = 0.0;
        for (var index = 0; index < count; index++)
            total += weights[order[index]];
        var left = random.NextDouble() * total;
        var chosen = order[0];
        for (var index = 0; index < count; index++)
        {
            if (weights[order[index]] == 0)
                continue;
            chosen = order[index];
            left -= weights[chosen];
            if (left < 0)
                break;
        }

        // Rounding may leave a remainder after the last weight; then it is the last token that has one.
        return chosen;
    }
}
