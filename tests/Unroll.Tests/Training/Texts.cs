using Unroll.Data;
using Unroll.Tensors;

namespace Unroll.Tests.Training;

/// <summary>Texts to train on in tests.</summary>
internal static class Texts
{
    /// <summary>Words in a random order, the same every time: something to learn, and never the same twice.</summary>
    public static TextCorpus Words(int length = 600)
    {
        string[] words = ["red ", "green ", "blue ", "yes ", "no ", "maybe ", "one\n"];
        var random = new CounterRandom(42);
        var text = new System.Text.StringBuilder();
        while (text.Length < length)
            text.Append(words[random.NextInt32(words.Length)]);
        return TextCorpus.FromText(text.ToString(0, length));
    }
}
