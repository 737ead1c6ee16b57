namespace Unroll.Cli.Checks;

/// <summary>How bad a finding is.</summary>
internal enum Severity
{
    /// <summary>Training refuses the data.</summary>
    Problem,

    /// <summary>Training takes the data, and what comes of it may mislead.</summary>
    Warning,

    /// <summary>Good to know.</summary>
    Note,
}

/// <summary>Something that stands out in data.</summary>
/// <param name="Severity">How bad it is.</param>
/// <param name="Code">Which kind of finding it is, in a word that stays the same, for programs.</param>
/// <param name="Text">What, where, how often, and what to do.</param>
internal sealed record Finding(Severity Severity, string Code, string Text);
