// Compiles and runs every C# block of README.md and docs/, as MarkdownPage reads them, and prints 'docs passed: N' and 'docs failed: N'.
// Run it from anywhere below the repository: dotnet run -c Release --project eng/DocsCode [WORD]; a word keeps the pages whose name holds it.
using DocsCode;

var root = FindRoot();
var only = args.FirstOrDefault() ?? "";
var pages = Directory.EnumerateFiles(Path.Combine(root, "docs"), "*.md", SearchOption.AllDirectories)
    .Append(Path.Combine(root, "README.md"))
    .Select(path => Path.GetRelativePath(root, path).Replace('\\', '/'))
    .Where(page => page.Contains(only, StringComparison.OrdinalIgnoreCase))
    .Order(StringComparer.Ordinal);
List<DocsProgram> programs;
try
{
    programs = [.. pages.SelectMany(page => MarkdownPage.Read(root, page))];
}
catch (InvalidDataException exception)
{
    Console.WriteLine(exception.Message);
    return Report(0, 1);
}

var project = new GeneratedProject(root);
project.Write(programs);
if (!project.Build())
{
    Console.WriteLine("The code of the docs does not compile.");
    return Report(0, programs.Count);
}

var failed = 0;
foreach (var program in programs)
{
    var fault = await ProgramRun.FaultAsync(project.AssemblyPath, program);
    Console.WriteLine(fault is null ? $"passed: {program.Place}" : $"failed: {program.Place}: {fault}");
    failed += fault is null ? 0 : 1;
}

return Report(programs.Count - failed, failed);

static int Report(int passed, int failed)
{
    Console.WriteLine($"docs passed: {passed}");
    Console.WriteLine($"docs failed: {failed}");
    return failed == 0 ? 0 : 1;
}

static string FindRoot()
{
    var folder = new DirectoryInfo(AppContext.BaseDirectory);
    while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Unroll.slnx")))
        folder = folder.Parent;
    return folder?.FullName ?? throw new InvalidOperationException("No folder above this program holds Unroll.slnx.");
}
