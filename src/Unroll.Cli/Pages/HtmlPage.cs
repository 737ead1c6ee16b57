using System.Net;
using System.Text;

namespace Unroll.Cli.Pages;

/// <summary>
/// One HTML file that needs nothing else: style and pictures are in it, it opens without a network, and it is light or dark as the reader's system is. Text
/// is given as text and escaped here.
/// </summary>
internal sealed class HtmlPage
{
    private readonly StringBuilder body = new();
    private readonly string title;
    private bool isInSection;

    /// <summary>A page with a heading.</summary>
    /// <param name="title">The heading, and the title of the window.</param>
    /// <param name="lead">What stands below it in one or two sentences, or null.</param>
    public HtmlPage(string title, string? lead = null)
    {
        this.title = title;
        Element("h1", title);
        if (lead is not null)
            Element("p", lead, "lead");
    }

    /// <summary>Begins a section; what follows is in it.</summary>
    public void Section(string heading)
    {
        EndSection();
        isInSection = true;
        body.Append("<section>\n");
        Element("h2", heading);
    }

    /// <summary>A paragraph.</summary>
    /// <param name="text">Its text.</param>
    /// <param name="style">A class of the style sheet, such as <c>note</c>, or null.</param>
    public void Paragraph(string text, string? style = null) => Element("p", text, style);

    /// <summary>A list of points.</summary>
    public void List(IEnumerable<string> points)
    {
        body.Append("<ul>\n");
        foreach (var point in points)
            Element("li", point);
        body.Append("</ul>\n");
    }

    /// <summary>A box for something that was found.</summary>
    /// <param name="label">A word that stands before it: it says what the colour says.</param>
    /// <param name="style"><c>good</c>, <c>note</c>, <c>warning</c> or <c>problem</c>.</param>
    /// <param name="message">What it is.</param>
    /// <param name="advice">What to do, or null.</param>
    public void Box(string label, string style, string message, string? advice = null)
    {
        body.Append("<div class=\"box ").Append(style).Append("\">\n<p><strong>").Append(Escaped(label)).Append("</strong> ").Append(Escaped(message)).Append("</p>\n");
        if (advice is not null)
            Element("p", advice, "advice");
        body.Append("</div>\n");
    }

    /// <summary>A table. Columns whose cells are all numbers, dashes or empty are set flush right.</summary>
    /// <param name="headings">The headings of the columns.</param>
    /// <param name="rows">The cells of each row.</param>
    public void Table(IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<string>> rows)
    {
        var all = rows.ToList();
        var isNumber = headings.Select((_, column) => all.All(row => IsNumber(row[column]))).ToList();
        body.Append("<div class=\"table\"><table>\n");
        Row(headings, "th");
        foreach (var row in all)
            Row(row, "td");
        body.Append("</table></div>\n");

        void Row(IReadOnlyList<string> cells, string tag)
        {
            body.Append("<tr>");
            for (var column = 0; column < cells.Count; column++)
                body.Append('<').Append(tag).Append(isNumber[column] ? " class=\"number\">" : ">").Append(Escaped(cells[column])).Append("</").Append(tag).Append('>');
            body.Append("</tr>\n");
        }
    }

    /// <summary>A picture with its caption.</summary>
    /// <param name="picture">The picture in both colours.</param>
    /// <param name="description">What it shows, for those who do not see it.</param>
    /// <param name="caption">What to look for.</param>
    public void Figure(PagePicture picture, string description, string caption)
    {
        body.Append("<figure>\n<picture>\n<source media=\"(prefers-color-scheme: dark)\" srcset=\"").Append(picture.Dark)
            .Append("\">\n<img src=\"").Append(picture.Light).Append("\" alt=\"").Append(Escaped(description)).Append("\">\n</picture>\n");
        Element("figcaption", caption);
        body.Append("</figure>\n");
    }

    /// <summary>HTML as it is, for what the other members do not have; the caller escapes.</summary>
    public void Raw(string html) => body.Append(html);

    /// <summary>A text as HTML needs it.</summary>
    public static string Escaped(string text) => WebUtility.HtmlEncode(text);

    /// <summary>The whole page.</summary>
    public override string ToString()
    {
        EndSection();
        return $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>{Escaped(title)}</title>
            <style>
            {PageStyle.Text}
            </style>
            </head>
            <body>
            <main>
            {body}</main>
            </body>
            </html>

            """;
    }

    private void EndSection()
    {
        if (isInSection)
            body.Append("</section>\n");
        isInSection = false;
    }

    private void Element(string tag, string text, string? style = null) =>
        body.Append('<').Append(tag).Append(style is null ? "" : $" class=\"{style}\"").Append('>').Append(Escaped(text)).Append("</").Append(tag).Append(">\n");

    private static bool IsNumber(string cell) => cell.Length == 0 || cell == "–" || char.IsAsciiDigit(cell[0]) || (cell[0] is '-' or '−' && cell.Length > 1 && char.IsAsciiDigit(cell[1]));
}
