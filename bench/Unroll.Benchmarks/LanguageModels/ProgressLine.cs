using System.Globalization;

namespace Unroll.Benchmarks.LanguageModels;

/// <summary>Prints a line every twenty seconds: enough to see that a run is alive, too little to cost anything.</summary>
internal sealed class ProgressLine
{
    private static readonly TimeSpan interval = TimeSpan.FromSeconds(20);

    private TimeSpan next = interval;

    /// <summary>Prints when it is time to.</summary>
    public void Show(TimeSpan elapsed, long characters, float loss)
    {
        if (elapsed < next)
            return;
        next += interval;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{elapsed:mm\\:ss}  {characters / elapsed.TotalSeconds:N0} characters/s  training loss {loss:F3}"));
    }
}
