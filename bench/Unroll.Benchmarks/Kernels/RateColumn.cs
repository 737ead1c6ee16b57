using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace Unroll.Benchmarks.Kernels;

/// <summary>Billions of floating-point operations a second, for benchmarks that count theirs.</summary>
internal class RateColumn : IColumn
{
    public virtual string Id => nameof(RateColumn);

    public virtual string ColumnName => "GF/s";

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public virtual string Legend => "Billions of floating-point operations a second";

    public bool IsAvailable(Summary summary) => true;

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) => GetValue(summary, benchmarkCase, SummaryStyle.Default);

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) =>
        summary[benchmarkCase]?.ResultStatistics is { } statistics && Counted(benchmarkCase) is { } counted
            ? Show(counted.Operations / statistics.Median)
            : "–";

    /// <summary>Writes a rate in GF/s.</summary>
    protected virtual string Show(double rate) => rate.ToString("F1", CultureInfo.InvariantCulture);

    private static ICountedBenchmark? Counted(BenchmarkCase benchmarkCase)
    {
        if (Activator.CreateInstance(benchmarkCase.Descriptor.Type) is not ICountedBenchmark benchmark)
            return null;
        foreach (var parameter in benchmarkCase.Parameters.Items)
            benchmark.GetType().GetProperty(parameter.Name)?.SetValue(benchmark, parameter.Value);
        return benchmark;
    }
}
