// Makes every picture of docs/tour/pictures and every measured table of docs/tour again: dotnet run -c Release --project eng/Tour [-- CHAPTER …].
// A chapter is its number. Each prints what it measures while it goes on. --into FOLDER works on copies of the pages there, to try it.
using System.Diagnostics;
using System.Globalization;
using Tour;
using Tour.Chapters;

// The chapters that measure something, one file each; add new ones here.
IChapter[] chapters = [new ANotionOfTime(), new OneStep(), new Unrolling(), new AllTheShapes(), new Depth(), new Hello(), new VanishingGradients(), new InsideTheLstm(), new GruCost(),
    new WeightsAsAProgram()];

var wanted = new List<int>();
var folder = Path.Combine(TourPage.FindRoot(), "docs", "tour");
var words = new Queue<string>(args);
while (words.TryDequeue(out var word))
{
    if (word == "--into" && words.TryDequeue(out var copies))
    {
        Directory.CreateDirectory(copies);
        foreach (var page in Directory.GetFiles(folder, "*.md"))
            File.Copy(page, Path.Combine(copies, Path.GetFileName(page)), overwrite: true);
        folder = copies;
        continue;
    }

    if (!int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || chapters.All(chapter => chapter.Number != number))
    {
        var known = string.Join(", ", chapters.Select(chapter => chapter.Number));
        Console.Error.WriteLine($"'{word}' is no chapter with pictures or tables; there are {known}. Without a word, all of them are made.");
        return 2;
    }

    wanted.Add(number);
}

foreach (var chapter in chapters.Where(chapter => wanted.Count == 0 || wanted.Contains(chapter.Number)))
{
    var clock = Stopwatch.StartNew();
    Console.WriteLine($"Chapter {chapter.Number}: {chapter.Page}");
    chapter.Make(new(folder, chapter.Page));
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  done in {clock.Elapsed.TotalSeconds:F1} s"));
}

return 0;
