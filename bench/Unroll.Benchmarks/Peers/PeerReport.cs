using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Unroll.Benchmarks.Measurement;

namespace Unroll.Benchmarks.Peers;

/// <summary>Measures, prints as it goes, and keeps what a results file needs.</summary>
internal sealed class PeerReport
{
    private static readonly JsonSerializerOptions jsonOptions = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    private readonly Machine machine = Machine.Current();
    private readonly Roofline roofline = Roofline.Measure();
    private readonly StringBuilder markdown = new();
    private readonly List<PeerRow> rows = [];
    private readonly int threads;
    private readonly int rounds;

    public PeerReport(int threads, int rounds)
    {
        this.threads = threads;
        this.rounds = rounds;
        Print("# Unroll beside its peers");
        Print($"{machine}.");
        Print($"Peak of this run: {roofline}.");
        Print(string.Create(
            CultureInfo.InvariantCulture,
            $"{threads} threads; in turn, median of {rounds} rounds; `fastest` is the fastest round; GF/s count the products as papers do (a training step as three forward passes), shares of peak the work that is needed (two and a half); `ratio` is the time over that of {PeerNames.Unroll}; `difference` is how far the results lie apart, as a share of the largest value. Only figures of one run compare."));
    }

    /// <summary>Measures the workloads of a job and appends their table.</summary>
    public void Add(Job job, IEnumerable<Workload> workloads)
    {
        var table = new PeerTable(job, roofline);
        Print("");
        Print(table.Title);
        Print("");
        var isFirst = true;
        foreach (var workload in workloads)
        {
            var row = PeerRow.Measure(workload, threads, rounds);
            if (isFirst)
                Print(table.Header(row));
            isFirst = false;
            Print(table.Row(row));
            rows.Add(row);
        }
    }

    /// <summary>Writes <c>peers-NAME.md</c> and <c>peers-NAME.json</c>.</summary>
    public void Write(DirectoryInfo folder, string name)
    {
        folder.Create();
        var path = Path.Combine(folder.FullName, $"peers-{name}");
        File.WriteAllText(path + ".md", markdown.ToString());
        var content = new { machine, roofline, threads, rows };
        File.WriteAllText(path + ".json", JsonSerializer.Serialize(content, jsonOptions) + "\n");
    }

    private void Print(string line)
    {
        Console.WriteLine(line);
        markdown.Append(line).Append('\n');
    }
}
