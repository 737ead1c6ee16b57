namespace Unroll.Data;

/// <summary>
/// Turns tokens that arrive one by one into pieces of text. One decoder serves one stream; it remembers what the text so far needs,
/// such as the bytes of a character that is not complete yet.
/// </summary>
public abstract class TokenDecoder
{
    /// <summary>Takes one token.</summary>
    /// <param name="token">0 to the size of the vocabulary − 1.</param>
    /// <returns>What it adds to the text: empty while a character is incomplete.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The token is outside the vocabulary.</exception>
    public abstract string Push(int token);

    /// <summary>Ends the stream.</summary>
    /// <returns>What was still held back: replacement characters for an incomplete one, otherwise nothing.</returns>
    public virtual string Finish() => string.Empty;
}
