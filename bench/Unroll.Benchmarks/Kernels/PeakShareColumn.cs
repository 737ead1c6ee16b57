using System.Globalization;
using Unroll.Cli.Measurement;

namespace Unroll.Benchmarks.Kernels;

/// <summary>The rate as a share of the peak of all cores, measured in the same run.</summary>
internal sealed class PeakShareColumn(Roofline roofline) : RateColumn
{
    public override string Id => nameof(PeakShareColumn);

    public override string ColumnName => "of peak";

    public override string Legend => "Share of the floating-point peak of all cores in this run";

    protected override string Show(double rate) => (rate / roofline.AllCores).ToString("P0", CultureInfo.InvariantCulture);
}
