using Microsoft.Extensions.Hosting;

namespace Unroll.DependencyInjection;

/// <summary>Where relative paths start: in the content root of the host, or in the current folder.</summary>
internal sealed class ModelPaths(IHostEnvironment? environment)
{
    public string Resolve(string path) => Path.GetFullPath(path, environment is { ContentRootPath: var root } ? Path.GetFullPath(root) : Environment.CurrentDirectory);
}
