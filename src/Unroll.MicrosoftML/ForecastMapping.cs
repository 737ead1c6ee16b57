using Microsoft.ML;
using Microsoft.ML.Data;
using Unroll.Data;
using Unroll.Models;

namespace Unroll.MicrosoftML;

/// <summary>The steps of ML.NET that a forecaster runs in: one for rows that are steps, one for rows that are series.</summary>
internal static class ForecastMapping
{
    /// <summary>Rows are steps: each moves the state on, and gets the forecast after it.</summary>
    /// <remarks>ML.NET lets nobody name the columns of a step with a state, so it has names of its own, and others are copied to and from them.</remarks>
    public static IEstimator<ITransformer> OfSteps(MLContext context, ForecasterColumns columns, Forecaster? model, double level) =>
        context.Transforms.CopyColumns(StepRow.Name, columns.Input)
            .Append(context.Transforms.StatefulCustomMapping<StepRow, SteppedRow, ForecastState>(
                (row, result, state) =>
                {
                    state.Session!.Step(row.Input);
                    result.Fill(state.Session.Forecast(), level);
                },
                state => state.Session = model?.OpenSession(), contractName: null))
            .Append(context.Transforms.CopyColumns(columns.Forecast, SteppedRow.ForecastName))
            .Append(context.Transforms.CopyColumns(columns.LowerBound, SteppedRow.LowerName))
            .Append(context.Transforms.CopyColumns(columns.UpperBound, SteppedRow.UpperName))
            .Append(context.Transforms.DropColumns(StepRow.Name, SteppedRow.ForecastName, SteppedRow.LowerName, SteppedRow.UpperName));

    /// <summary>Rows are series: each gets the forecast after its last value.</summary>
    public static IEstimator<ITransformer> OfSeries(MLContext context, ForecasterColumns columns, int horizon, Forecaster? model, double level) =>
        context.Transforms.CustomMapping<SeriesRow, ForecastRow>(
            (row, result) => result.Fill(model!.Forecast(TimeSeries.Of(row.Input.DenseValues().ToArray())), level),
            contractName: null, InputOf(columns), OutputOf(columns, horizon));

    /// <summary>Data without a row, to fit a step on.</summary>
    public static IDataView Empty(MLContext context, ForecasterColumns columns, bool areSteps)
    {
        if (!areSteps)
            return context.Data.LoadFromEnumerable(Array.Empty<SeriesRow>(), InputOf(columns));
        var definition = SchemaDefinition.Create(typeof(StepRow));
        definition[StepRow.Name].ColumnName = columns.Input;
        return context.Data.LoadFromEnumerable(Array.Empty<StepRow>(), definition);
    }

    private static SchemaDefinition InputOf(ForecasterColumns columns)
    {
        var definition = SchemaDefinition.Create(typeof(SeriesRow));
        definition[nameof(SeriesRow.Input)].ColumnName = columns.Input;
        return definition;
    }

    private static SchemaDefinition OutputOf(ForecasterColumns columns, int horizon)
    {
        var definition = SchemaDefinition.Create(typeof(ForecastRow));
        foreach (var (member, name) in new[] { (nameof(ForecastRow.Forecast), columns.Forecast), (nameof(ForecastRow.LowerBound), columns.LowerBound), (nameof(ForecastRow.UpperBound), columns.UpperBound) })
        {
            definition[member].ColumnName = name;
            definition[member].ColumnType = new VectorDataViewType(NumberDataViewType.Single, horizon);
        }

        return definition;
    }
}
