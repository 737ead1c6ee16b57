using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace DocsCode;

/// <summary>The project that all programs of the docs are compiled into: one file and one namespace a program.</summary>
internal sealed partial class GeneratedProject(string root)
{
    private const string ProjectText = """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <IsPackable>false</IsPackable>
            <EnableNETAnalyzers>false</EnableNETAnalyzers>
            <EnforceCodeStyleInBuild>false</EnforceCodeStyleInBuild>
            <GenerateDocumentationFile>false</GenerateDocumentationFile>
            <!-- Examples need not await, use every variable they name, or reach their last line. -->
            <NoWarn>$(NoWarn);CS0162;CS0219;CS1998;CS8321</NoWarn>
          </PropertyGroup>
          <ItemGroup>
            <ProjectReference Include="../../src/Unroll/Unroll.csproj" />
            <ProjectReference Include="../../src/Unroll.DependencyInjection/Unroll.DependencyInjection.csproj" />
            <ProjectReference Include="../../src/Unroll.MicrosoftML/Unroll.MicrosoftML.csproj" />
            <!-- The web server of the SDK, for the pages about serving. -->
            <FrameworkReference Include="Microsoft.AspNetCore.App" />
          </ItemGroup>
        </Project>
        """;

    private readonly string folder = Path.Combine(root, "artifacts", "docs-code");

    /// <summary>The compiled program that runs one of them by name.</summary>
    public string AssemblyPath => Path.Combine(folder, "bin", "Release", "net10.0", "DocsPrograms.dll");

    /// <summary>Writes the project.</summary>
    public void Write(IReadOnlyList<DocsProgram> programs)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "DocsPrograms.csproj"), ProjectText);
        foreach (var program in programs)
            File.WriteAllText(Path.Combine(folder, program.Name + ".cs"), Source(program));
        var cases = programs.Select(program => $"    case \"{program.Name}\": await Docs.{program.Name}.Program.RunAsync(); return 0;\n");
        File.WriteAllText(
            Path.Combine(folder, "Main.cs"), $"switch (args[0])\n{{\n{string.Concat(cases)}    default: return 2;\n}}\n");
    }

    /// <summary>Compiles it; the compiler's messages name the page and the line.</summary>
    /// <returns>Whether everything compiled.</returns>
    public bool Build()
    {
        using var build = Process.Start(new ProcessStartInfo("dotnet", ["build", "-c", "Release", "-v", "quiet", folder])
        {
            WorkingDirectory = root,
        })!;
        build.WaitForExit();
        return build.ExitCode == 0;
    }

    [GeneratedRegex(@"^using (static )?[\w.]+( = [^;]+)?;\s*(//.*)?$")]
    private static partial Regex UsingPattern();

    private static string Source(DocsProgram program)
    {
        var source = new StringBuilder();
        // Each block of a page names what it needs; the compiler wants every name once.
        var named = new HashSet<string>();
        foreach (var part in program.Statements.Concat(program.Types))
        {
            for (var index = 0; index < part.Lines.Count; index++)
            {
                if (!UsingPattern().IsMatch(part.Lines[index]) || !named.Add(part.Lines[index].Split(';')[0]))
                    continue;
                AppendPlace(source, part, index);
                source.AppendLine(part.Lines[index]);
            }
        }

        source.AppendLine("#line default");
        source.AppendLine(CultureInfo.InvariantCulture, $"namespace Docs.{program.Name}");
        source.AppendLine("{");
        AppendParts(source, program.Types);
        source.AppendLine("internal static class Program");
        source.AppendLine("{");
        source.AppendLine("public static async Task RunAsync()");
        source.AppendLine("{");
        AppendParts(source, program.Statements);
        source.AppendLine("}");
        source.AppendLine("}");
        source.AppendLine("}");
        return source.ToString();
    }

    private static void AppendParts(StringBuilder source, IEnumerable<CodePart> parts)
    {
        foreach (var part in parts)
        {
            AppendPlace(source, part, index: 0);
            foreach (var line in part.Lines)
                source.AppendLine(UsingPattern().IsMatch(line) ? "" : line);
            source.AppendLine("#line default");
        }
    }

    /// <summary>Tells the compiler where the next line comes from.</summary>
    private static void AppendPlace(StringBuilder source, CodePart part, int index) =>
        source.AppendLine(CultureInfo.InvariantCulture, $"#line {part.FirstLine + index} \"../../{part.Page}\"");
}
