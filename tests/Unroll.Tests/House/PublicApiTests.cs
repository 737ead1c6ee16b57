using PublicApiGenerator;
using Unroll.Tensors;

namespace Unroll.Tests.House;

/// <summary>
/// Holds the public API against the approved one beside this file, so that no change of it goes unseen.
/// With <c>UNROLL_APPROVE=1</c> in the environment the test writes the approved file instead.
/// </summary>
public sealed class PublicApiTests
{
    private static readonly string ApprovedPath = Path.Combine(Repository.Root, "tests", "Unroll.Tests", "House", "PublicApi.approved.txt");

    [Fact]
    public void The_public_api_is_the_approved_one()
    {
        var actual = Normalize(typeof(Tensor).Assembly.GeneratePublicApi(new() { IncludeAssemblyAttributes = false }));
        if (Environment.GetEnvironmentVariable("UNROLL_APPROVE") == "1")
        {
            File.WriteAllText(ApprovedPath, actual);
            return;
        }

        var approved = File.Exists(ApprovedPath) ? Normalize(File.ReadAllText(ApprovedPath)) : "";
        Assert.True(
            approved == actual,
            $"The public API is not the approved one (- approved, + now):\n{LineDifference.Between(approved, actual)}\n"
                + "If this is meant, approve it and commit the file:\n"
                + "UNROLL_APPROVE=1 dotnet test -c Release --project tests/Unroll.Tests --filter-class Unroll.Tests.House.PublicApiTests");
    }

    [Fact]
    public void A_change_is_shown_with_its_type()
    {
        const string Before = "namespace N\n{\n    public class A\n    {\n        public int X { get; }\n        public int Y { get; }\n    }\n}\n";
        var after = Before.Replace("int Y", "long Y", StringComparison.Ordinal);

        Assert.Equal(
            "      public class A\n-         public int Y { get; }\n+         public long Y { get; }", LineDifference.Between(Before, after));
    }

    /// <summary>Line ends, trailing white space and the indentation of empty lines are not part of an API.</summary>
    private static string Normalize(string text) =>
        string.Join('\n', text.ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimEnd())).Trim() + "\n";
}
