using Unroll.Cli.Verbs;
using Unroll.Data;
using Unroll.Models;

namespace Unroll.Cli.Series;

/// <summary>Reads a table as the one that a forecaster was trained on.</summary>
internal static class ModelTable
{
    /// <summary>Reads the columns of a model, by the choices of its training.</summary>
    /// <exception cref="InvalidDataException">The file does not hold them; the message names line and column.</exception>
    public static SeriesData Read(Forecaster model, string path)
    {
        var columns = RecipeOf(model, path)?.Columns ?? new();
        return new SeriesTable(path, columns with
        {
            Targets = columns.Each ? columns.Targets ?? ["all"] : model.Targets,
            Past = Named(model, ChannelRole.Past),
            Known = Named(model, ChannelRole.Known),
            Frequency = model.Frequency.HasCalendar ? model.Frequency : null,
        }).Read();
    }

    /// <summary>How the model was trained, or null where another program than this one did.</summary>
    public static TrainForecastSettings? RecipeOf(Forecaster model, string source) =>
        model.Training is { Recipe.Length: > 0 } record ? TrainForecastSettings.FromJson(record.Recipe, source) : null;

    private static string[] Named(Forecaster model, ChannelRole role) => [.. model.Channels.Where(channel => channel.Role == role).Select(channel => channel.Name)];
}
