namespace Unroll.Data;

/// <summary>What an ARFF file says before its data: steps as numeric attributes, or one relational attribute of such, and the class at last.</summary>
internal sealed class ArffHeader
{
    private static readonly string[] numericTypes = ["numeric", "real", "integer"];

    private readonly List<(string Name, string Type, string Source)> attributes = [];
    private string? openRelation;
    private HashSet<string>? labels;

    /// <summary>Whether <c>@data</c> was read.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Whether a row of a relational value is a channel.</summary>
    public bool IsRelational { get; private set; }

    /// <summary>How many time steps a series has, those it does not fill included.</summary>
    public int StepCount { get; private set; }

    /// <summary>Takes a line.</summary>
    /// <exception cref="InvalidDataException">It is no line of a header, or the whole is none of series with labels.</exception>
    public void Read(string line, string source)
    {
        var position = 0;
        var word = ArffFields.Next(line, ref position, source, ' ').ToLowerInvariant();
        switch (word)
        {
            case "@relation":
                break;
            case "@attribute":
                ReadAttribute(line, ref position, source);
                break;
            case "@end" when openRelation is not null:
                openRelation = null;
                break;
            case "@data":
                Complete(source);
                break;
            default:
                throw new InvalidDataException($"{source}: '{(line.Length <= 40 ? line : line[..40] + "…")}' stands before '@data'; expected @relation, @attribute or a comment after %.");
        }
    }

    /// <summary>Fails unless the class has such a value.</summary>
    public void CheckLabel(string label, string source)
    {
        if (labels is not null && !labels.Contains(label))
            throw new InvalidDataException($"{source}: the label '{label}' is none of those that the header names ({string.Join(", ", labels)}).");
    }

    private void ReadAttribute(string line, ref int position, string source)
    {
        var name = ArffFields.Next(line, ref position, source, ' ');
        var type = line[position..].Trim();
        if (name.Length == 0 || type.Length == 0)
            throw new InvalidDataException($"{source}: an attribute has a name and a type, such as '@attribute t0 numeric'.");
        if (IsNumeric(type))
        {
            if (openRelation is not null)
                StepCount++;
            else
                attributes.Add((name, type, source));
            return;
        }

        if (openRelation is not null)
            throw new InvalidDataException($"{source}: the attribute '{name}' of the relation '{openRelation}' is '{type}'; expected numeric.");
        attributes.Add((name, type, source));
        if (type.Equals("relational", StringComparison.OrdinalIgnoreCase))
            openRelation = name;
    }

    private void Complete(string source)
    {
        if (openRelation is not null)
            throw new InvalidDataException($"{source}: the relation '{openRelation}' has no line '@end {openRelation}'.");
        if (attributes.Count < 2)
            throw new InvalidDataException($"{source}: there are {attributes.Count} attributes; expected those of the time steps and, as the last, the class.");
        var (name, type, origin) = attributes[^1];
        if (IsNumeric(type) || type.Equals("relational", StringComparison.OrdinalIgnoreCase))
            throw new InvalidDataException($"{origin}: the last attribute, '{name}', is {type}; expected the class, such as {{a,b}}.");
        if (type[0] == '{')
            labels = type[^1] == '}' ? [.. ArffFields.Split(type[1..^1], origin)] : throw new InvalidDataException($"{origin}: the values of '{name}' have no closing brace.");
        IsRelational = attributes.Count == 2 && attributes[0].Type.Equals("relational", StringComparison.OrdinalIgnoreCase);
        if (!IsRelational)
            StepCount = attributes.Count - 1;
        if (StepCount == 0)
            throw new InvalidDataException($"{source}: the relation '{attributes[0].Name}' has no numeric attribute, so a series has no time step.");
        foreach (var (other, kind, place) in attributes.SkipLast(1))
        {
            if (!IsRelational && !IsNumeric(kind))
                throw new InvalidDataException($"{place}: the attribute '{other}' is '{kind}'; expected numeric time steps, or one relational attribute, before the class.");
        }

        IsComplete = true;
    }

    private static bool IsNumeric(string type) => numericTypes.Contains(type, StringComparer.OrdinalIgnoreCase);
}
