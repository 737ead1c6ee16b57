namespace Unroll.Tests.House;

/// <summary>A readable difference of two texts: the lines that changed, with the nearest line above them that says where they are.</summary>
internal static class LineDifference
{
    /// <summary>Lines marked <c>-</c> (only in the old text), <c>+</c> (only in the new one) and, for orientation, unmarked.</summary>
    public static string Between(string oldText, string newText)
    {
        var oldLines = oldText.Split('\n');
        var newLines = newText.Split('\n');
        var common = CommonLengths(oldLines, newLines);
        var difference = new List<string>();
        var heading = "";
        for (int i = 0, j = 0; i < oldLines.Length || j < newLines.Length;)
        {
            if (i < oldLines.Length && j < newLines.Length && oldLines[i] == newLines[j])
            {
                heading = IsHeading(newLines[j]) ? newLines[j] : heading;
                i++;
                j++;
                continue;
            }

            if (heading.Length > 0)
                difference.Add("  " + heading);
            heading = "";
            var takeOld = j == newLines.Length || (i < oldLines.Length && common[i + 1, j] >= common[i, j + 1]);
            difference.Add(takeOld ? "- " + oldLines[i++] : "+ " + newLines[j++]);
        }

        return string.Join('\n', difference);
    }

    private static bool IsHeading(string line) =>
        line.Contains(" class ", StringComparison.Ordinal) || line.Contains(" struct ", StringComparison.Ordinal) ||
        line.Contains(" enum ", StringComparison.Ordinal) || line.Contains(" interface ", StringComparison.Ordinal) ||
        line.Contains(" record ", StringComparison.Ordinal);

    /// <summary>[i, j]: the length of the longest common subsequence of the old lines from i and the new lines from j on.</summary>
    private static int[,] CommonLengths(string[] oldLines, string[] newLines)
    {
        var common = new int[oldLines.Length + 1, newLines.Length + 1];
        for (var i = oldLines.Length - 1; i >= 0; i--)
        {
            for (var j = newLines.Length - 1; j >= 0; j--)
            {
                common[i, j] = oldLines[i] == newLines[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }

        return common;
    }
}
