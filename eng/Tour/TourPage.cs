using ScottPlot;
using Unroll.Cli.Plots;

namespace Tour;

/// <summary>
/// A page of docs/tour: its pictures, and the measured parts of its text. A measured part stands between a line <c>&lt;!-- tour:NAME --&gt;</c> and a line
/// <c>&lt;!-- tour:end --&gt;</c>; what is between them is replaced, the rest of the page is written by hand.
/// </summary>
/// <param name="folder">docs/tour.</param>
/// <param name="name">The page's file name.</param>
internal sealed class TourPage(string folder, string name)
{
    private const string End = "<!-- tour:end -->";

    /// <summary>The folder of the repository that this program was built in.</summary>
    public static string FindRoot()
    {
        var above = new DirectoryInfo(AppContext.BaseDirectory);
        while (above is not null && !File.Exists(Path.Combine(above.FullName, "Unroll.slnx")))
            above = above.Parent;
        return above?.FullName ?? throw new InvalidOperationException("No folder above this program holds Unroll.slnx.");
    }

    /// <summary>Writes a picture of one plot into docs/tour/pictures.</summary>
    /// <param name="file">Its file name, ending in .png.</param>
    /// <param name="plot">What it shows.</param>
    /// <param name="width">In pixels of the page; the file has twice as many.</param>
    /// <param name="height">In pixels of the page.</param>
    public void Save(string file, Plot plot, int width = 720, int height = 400)
    {
        plot.ScaleFactor = 2;
        plot.SavePng(PicturePath(file), 2 * width, 2 * height);
        Console.WriteLine($"  pictures/{file}");
    }

    /// <summary>Writes a drawing into docs/tour/pictures and disposes of it.</summary>
    public void Save(string file, Diagram diagram, int width, int height)
    {
        using (diagram)
            Save(file, diagram.Plot, width, height);
    }

    /// <summary>Writes a picture of several plots into docs/tour/pictures.</summary>
    public void Save(string file, Panels panels, int width, int height)
    {
        panels.Save(PicturePath(file), width, height);
        Console.WriteLine($"  pictures/{file}");
    }

    /// <summary>Writes a picture that draws itself into docs/tour/pictures.</summary>
    /// <param name="file">Its file name, ending in .png.</param>
    /// <param name="draw">Draws it into the file whose path it gets.</param>
    public void Save(string file, Action<string> draw)
    {
        draw(PicturePath(file));
        Console.WriteLine($"  pictures/{file}");
    }

    /// <summary>Replaces a measured part of the page.</summary>
    /// <param name="part">The NAME of its first line.</param>
    /// <param name="text">Markdown, without the two lines around it.</param>
    /// <exception cref="InvalidDataException">The page has no such part.</exception>
    public void Write(string part, string text)
    {
        var path = Path.Combine(folder, name);
        var lines = File.ReadAllLines(path).ToList();
        var first = lines.IndexOf($"<!-- tour:{part} -->");
        var last = first < 0 ? -1 : lines.IndexOf(End, first);
        if (last < 0)
            throw new InvalidDataException($"docs/tour/{name} has no line '<!-- tour:{part} -->' with a line '{End}' after it.");
        lines.RemoveRange(first + 1, last - first - 1);
        lines.InsertRange(first + 1, text.TrimEnd('\n').Split('\n'));
        File.WriteAllText(path, string.Join('\n', lines) + "\n");
        Console.WriteLine(string.Join('\n', text.TrimEnd('\n').Split('\n').Select(line => "  " + line)));
    }

    private string PicturePath(string file) => Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "pictures")).FullName, file);
}
