using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace Unroll.Tests.Oracles;

/// <summary>Every cell with true and with false.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class CombinatorialCellsAttribute : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        new(
        [
            .. from cell in Enum.GetValues<OracleCell>()
               from flag in new[] { false, true }
               select new TheoryDataRow(cell, flag),
        ]);

    public override bool SupportsDiscoveryEnumeration() => true;
}
