using System.CommandLine;
using Unroll.Cli.Measurement;

namespace Unroll.Benchmarks.Commands;

/// <summary><c>roofline</c>: the floating-point peak that shares of peak refer to.</summary>
internal static class RooflineCommand
{
    public static Command Create()
    {
        var command = new Command("roofline", "Measures the floating-point peak of one core and of all of them.");
        command.SetAction(_ => Console.WriteLine(Roofline.Measure()));
        return command;
    }
}
