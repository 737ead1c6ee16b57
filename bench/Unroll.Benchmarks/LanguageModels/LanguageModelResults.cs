using System.Globalization;
using System.Text.Json.Serialization;
using Unroll.Benchmarks.Measurement;
using Unroll.Benchmarks.Peers;

namespace Unroll.Benchmarks.LanguageModels;

/// <summary>
/// The results file, which grows run by run because a run takes minutes: <c>language-model.json</c> keeps the rows,
/// <c>language-model.md</c> shows them. A row replaces that of the same contestant, size and time.
/// </summary>
internal static class LanguageModelResults
{
    /// <summary>Adds a row to the files in the folder and writes them anew.</summary>
    public static void Write(DirectoryInfo folder, LanguageModelResult result, Circumstances run)
    {
        var path = Path.Combine(folder.FullName, "language-model.json");
        var rows = ResultsJson.ReadList<Row>(path)
            .Where(row => Key(row.Result) != Key(result))
            .Append(new(result) { Run = run })
            .OrderBy(row => row.Result.HiddenSize).ThenBy(row => row.Result.Minutes).ThenByDescending(row => row.Result.Peer, StringComparer.Ordinal)
            .ToArray();
        ResultsJson.WriteList(path, rows);
        File.WriteAllText(Path.ChangeExtension(path, ".md"), Markdown(rows));
    }

    private static (string, int, double) Key(LanguageModelResult result) => (result.Peer, result.HiddenSize, result.Minutes);

    private static string Markdown(Row[] rows)
    {
        var defaults = string.Create(
            CultureInfo.InvariantCulture,
            $"""
            # Language model, end to end
            Tiny Shakespeare by characters: embedding 64, two LSTM layers, linear; windows of 128 characters, 64 streams with carried state,
            dropout 0.25, AdamW from 0.002 with a half cosine to 5 % over the time, gradients clipped to a norm of 1. Validation is the last
            tenth, read as one stream; nats a character. `ratio` is the speed over that of libtorch with the same model and time, measured the
            same day on the same machine; `peak` is that of the machine before the run.

            | model | minutes | contestant | characters/s | ratio | epochs | validation loss | date | threads | peak, GF/s |
            | --- | ---: | --- | ---: | ---: | ---: | ---: | --- | ---: | ---: |

            """);
        var lines = rows.Select(row => string.Create(
            CultureInfo.InvariantCulture,
            $"| 2×{row.Result.HiddenSize} | {row.Result.Minutes:0.##} | {row.Result.Peer} | {row.Result.CharactersPerSecond:N0} | {Ratio(row, rows)} | {row.Result.Epochs:F1} | {row.Result.ValidationLoss:F3} | {When(row.Run)} |\n"));
        var machines = rows.Select(row => row.MeasuredOn).Distinct().Select(machine => $"\n{machine}.\n");
        return defaults + string.Concat(lines) + string.Concat(machines);
    }

    private static string When(Circumstances? run) => run is null
        ? "– | – | –"
        : string.Create(CultureInfo.InvariantCulture, $"{run.Date} | {run.Threads} | {run.Peak:F0}");

    private static string Ratio(Row row, Row[] rows)
    {
        var torch = rows.FirstOrDefault(other => Key(other.Result) == Key(row.Result with { Peer = PeerNames.Torch })
            && (other.Run?.Date, other.MeasuredOn) == (row.Run?.Date, row.MeasuredOn));
        return torch is null
            ? "–"
            : (row.Result.CharactersPerSecond / torch.Result.CharactersPerSecond).ToString("F2", CultureInfo.InvariantCulture);
    }

    /// <summary>An entry of the file; those of version 0.2.0 and before know their machine, but not the day.</summary>
    private sealed record Row(LanguageModelResult Result)
    {
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public Machine? Machine { get; init; }

        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public Circumstances? Run { get; init; }

        [JsonIgnore]
        public Machine? MeasuredOn => Run?.Machine ?? Machine;
    }
}
