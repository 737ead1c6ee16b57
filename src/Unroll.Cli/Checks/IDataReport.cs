using System.Text.Json;

namespace Unroll.Cli.Checks;

/// <summary>What a check found in data of some kind: of examples with labels, or another.</summary>
internal interface IDataReport
{
    /// <summary>The file or folder as the user wrote it.</summary>
    string Path { get; }

    Findings Findings { get; }

    /// <summary>The command that would come next where the data are usable.</summary>
    string Next { get; }

    /// <summary>What the data are, without the findings: lines for people.</summary>
    IEnumerable<string> Lines { get; }

    /// <summary>The same as fields of a JSON object.</summary>
    void WriteFields(Utf8JsonWriter writer);
}
