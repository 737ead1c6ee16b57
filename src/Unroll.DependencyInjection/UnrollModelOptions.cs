using Unroll.Cells;

namespace Unroll.DependencyInjection;

/// <summary>Which model file is served, and how.</summary>
public sealed class UnrollModelOptions
{
    /// <summary>
    /// The model file. A relative path is looked up in the content root of the host, and in the current folder where there is no host.
    /// </summary>
    public string Path { get; set; } = "";

    /// <summary>Whether a loaded model predicts once before the first request gets it, so that no request waits for the compiler; true by default.</summary>
    public bool WarmUp { get; set; } = true;

    /// <summary>
    /// Whether a file that was replaced is loaded beside the model in use and takes its place; false by default. Requests under way keep the model they have. A
    /// file that cannot be loaded changes nothing: it is logged and counted.
    /// </summary>
    public bool ReloadOnChange { get; set; }

    /// <summary>How often the file is looked at with <see cref="ReloadOnChange"/>; over zero, 5 seconds by default. By its time and length, so it works on shared folders.</summary>
    public TimeSpan ReloadInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Cells of your own that the file may name, as <see cref="Cell.Of{TCell}"/> makes them; none for a model of a built-in cell.</summary>
    public IReadOnlyList<Cell> Cells { get; set; } = [];
}
