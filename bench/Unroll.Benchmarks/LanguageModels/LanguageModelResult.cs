namespace Unroll.Benchmarks.LanguageModels;

/// <summary>What a contestant reached.</summary>
/// <param name="Peer">Its name.</param>
/// <param name="HiddenSize">H of each layer.</param>
/// <param name="Minutes">How long it trained.</param>
/// <param name="CharactersPerSecond">Characters learned from a second of training.</param>
/// <param name="Epochs">Passes over the training part.</param>
/// <param name="ValidationLoss">Nats a character over the held-back part, read as one stream.</param>
internal sealed record LanguageModelResult(
    string Peer, int HiddenSize, double Minutes, double CharactersPerSecond, double Epochs, double ValidationLoss);
