using System.CommandLine;
using Unroll.Benchmarks.Commands;

var root = new RootCommand("Measures Unroll, alone and beside libtorch and ONNX Runtime.")
{
    RooflineCommand.Create(),
    PeersCommand.Create(),
    ProductsCommand.Create(),
    ScaleCommand.Create(),
    PhasesCommand.Create(),
    LanguageModelCommand.Create(),
    KernelsCommand.Create(),
    SoakCommand.Create(),
    GoldensCommand.Create(),
    WeightsCommand.Create(),
    SessionsCommand.Create(),
    StartupCommand.Create(),
    CellsCommand.Create(),
    CustomCellsCommand.Create(),
    ExaminationsCommand.Create(),
    ForecastingCommand.Create(),
    ClassificationCommand.Create(),
};
try
{
    return await root.Parse(args).InvokeAsync(new() { EnableDefaultExceptionHandler = false });
}
catch (Exception exception) when (exception is InvalidOperationException or IOException or UnauthorizedAccessException or InvalidDataException)
{
    await Console.Error.WriteLineAsync(exception.Message);
    return 1;
}
