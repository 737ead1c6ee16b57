namespace Unroll.Data;

/// <summary>What a forecaster does with a column of numbers.</summary>
public enum ChannelRole
{
    /// <summary>It is forecast.</summary>
    Target,

    /// <summary>It is read up to the present, and not known ahead.</summary>
    Past,

    /// <summary>It is known ahead as well, as a plan or a price list is.</summary>
    Known,
}

/// <summary>A column of numbers.</summary>
/// <param name="Name">Its name, unique in its set.</param>
/// <param name="Role">What a forecaster does with it.</param>
public sealed record SeriesChannel(string Name, ChannelRole Role = ChannelRole.Target);
