using Microsoft.Extensions.DependencyInjection;
using Unroll.Cells;
using Unroll.Data;
using Unroll.Models;

namespace Unroll.DependencyInjection.Kinds;

/// <summary>A <see cref="Forecaster"/>.</summary>
internal sealed class ForecastingKind : ModelKind<Forecaster>
{
    public override string Name => "forecaster";

    public override Forecaster Load(string path, IReadOnlyList<Cell> cells) => Forecaster.Load(path, cells);

    public override void WarmUp(Forecaster model)
    {
        var session = model.OpenSession(start: model.Frequency.HasCalendar ? DateTime.UnixEpoch : null);
        // One is a value that every transform takes.
        var step = new float[model.Channels.Count];
        Array.Fill(step, 1);
        session.Step(step);
        var ahead = new float[model.Options.Horizon * model.Channels.Count(channel => channel.Role == ChannelRole.Known)];
        session.Forecast(ahead).Value(1);
    }

    public override string Describe(Forecaster model) =>
        FormattableString.Invariant($"a forecaster of {string.Join(", ", model.Targets)}, {model.Options.Horizon} steps ahead, with {model.ParameterCount} parameters");

    /// <summary>None: a session begins at a time that only its caller knows.</summary>
    public override void AddSessions(IServiceCollection services, object? key)
    {
    }
}
