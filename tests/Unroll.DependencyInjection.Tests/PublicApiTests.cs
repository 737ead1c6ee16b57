using PublicApiGenerator;
using Unroll.Tests.House;

namespace Unroll.DependencyInjection.Tests;

/// <summary>
/// Holds the public API of the package against the approved one beside this file. With <c>UNROLL_APPROVE=1</c> in the environment the test writes the approved file.
/// </summary>
public sealed class PublicApiTests
{
    private static readonly string ApprovedPath = Path.Combine(Repository.Root, "tests", "Unroll.DependencyInjection.Tests", "PublicApi.approved.txt");

    [Fact]
    public void The_public_api_is_the_approved_one()
    {
        var actual = Normalize(typeof(UnrollModelOptions).Assembly.GeneratePublicApi(new() { IncludeAssemblyAttributes = false, DenyNamespacePrefixes = ["System."] }));
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
                + "UNROLL_APPROVE=1 dotnet test -c Release --project tests/Unroll.DependencyInjection.Tests --filter-class Unroll.DependencyInjection.Tests.PublicApiTests");
    }

    /// <summary>Line ends, trailing white space and the indentation of empty lines are not part of an API.</summary>
    private static string Normalize(string text) =>
        string.Join('\n', text.ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimEnd())).Trim() + "\n";
}
