using System.Globalization;
using Unroll.Tensors;

namespace Shapes;

/// <summary>A name and which language it is of.</summary>
internal readonly record struct Name(string Text, int Language);

/// <summary>
/// Names in many languages: from a folder with a file NAME.txt for each language and a name on each line, or those of months, days and languages that
/// .NET's culture data has, of those the ones that one language alone uses. Each is there once in a language. One in five is held out; a name that several
/// languages share is on one side only.
/// </summary>
internal sealed class NameList
{
    private const int HeldOutOne = 5;

    // Languages written in Latin letters, so that the letters alone do not tell.
    private static readonly string[] cultures =
        ["cs", "da", "de", "en", "es", "et", "eu", "fi", "fr", "hr", "hu", "it", "lt", "lv", "nl", "pl", "pt", "ro", "sw", "tr"];

    private NameList(string[] languages, IEnumerable<Name> names)
    {
        Languages = languages;
        Name[] all = [.. names.Select(name => name with { Text = name.Text.Trim().ToLowerInvariant() }).Where(name => name.Text.Length > 1).Distinct()];
        // By the text alone, and the same on every run.
        var groups = all.GroupBy(name => name.Text).OrderBy(group => group.Key, StringComparer.Ordinal).ToArray();
        var random = new CounterRandom(seed: 2);
        for (var index = groups.Length - 1; index > 0; index--)
        {
            var other = random.NextInt32(index + 1);
            (groups[index], groups[other]) = (groups[other], groups[index]);
        }

        HeldOut = [.. groups[..(groups.Length / HeldOutOne)].SelectMany(group => group)];
        Training = [.. groups[(groups.Length / HeldOutOne)..].SelectMany(group => group)];
    }

    /// <summary>Their names.</summary>
    public string[] Languages { get; }

    /// <summary>To learn from.</summary>
    public Name[] Training { get; }

    /// <summary>To be tried on.</summary>
    public Name[] HeldOut { get; }

    /// <summary>Loads a folder, or what .NET has.</summary>
    public static NameList Load(string? folder)
    {
        var list = folder is null ? OfCultures() : OfFolder(folder);
        Console.WriteLine($"{list.Training.Length} names in {list.Languages.Length} languages to learn from, {list.HeldOut.Length} held out");
        return list;
    }

    /// <summary>Fails where .NET has no culture data.</summary>
    public static void CheckCultures()
    {
        // Where there is none, asking for a culture fails or gives the invariant one, by configuration.
        if (!CultureInfo.GetCultures(CultureTypes.NeutralCultures).Any(culture => culture.Name == "fr" && culture.DateTimeFormat.MonthNames[0] == "janvier"))
            throw new InvalidDataException("This run has no culture data: .NET works in globalization-invariant mode. Install ICU (libicu) and unset DOTNET_SYSTEM_GLOBALIZATION_INVARIANT.");
    }

    private static NameList OfFolder(string folder)
    {
        string[] files = [.. Directory.GetFiles(folder, "*.txt").Order(StringComparer.Ordinal)];
        if (files.Length < 2)
            throw new InvalidDataException($"{folder}: {files.Length} files NAME.txt; the lists of two languages are the least there is to tell apart.");
        return new(
            [.. files.Select(file => Path.GetFileNameWithoutExtension(file))],
            files.SelectMany((file, language) => File.ReadLines(file).Select(line => new Name(line, language))));
    }

    private static NameList OfCultures()
    {
        CheckCultures();
        var english = CultureInfo.GetCultures(CultureTypes.NeutralCultures).ToDictionary(culture => culture.Name, culture => culture.EnglishName);
        var shown = CultureInfo.CurrentUICulture;
        var names = new List<Name>();
        for (var language = 0; language < cultures.Length; language++)
        {
            var culture = CultureInfo.GetCultureInfo(cultures[language]);
            var format = culture.DateTimeFormat;
            names.AddRange(format.MonthNames.Concat(format.DayNames).Select(text => new Name(text, language)));
            CultureInfo.CurrentUICulture = culture;
            // A language that has no name in this one is shown by its English name.
            names.AddRange(english.Select(pair => (English: pair.Value, Text: new CultureInfo(pair.Key).DisplayName))
                .Where(pair => pair.Text.Length > 0 && !pair.Text.Contains('(') && (culture.Name == "en" || pair.Text != pair.English)).Select(pair => new Name(pair.Text, language)));
        }

        CultureInfo.CurrentUICulture = shown;
        var shared = names.Select(name => name with { Text = name.Text.ToLowerInvariant() }).Distinct().CountBy(name => name.Text).Where(pair => pair.Value > 1).Select(pair => pair.Key).ToHashSet();
        return new([.. cultures.Select(culture => english[culture])], names.Where(name => !shared.Contains(name.Text.ToLowerInvariant())));
    }
}
