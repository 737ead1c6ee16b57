using System.CommandLine;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Unroll.Benchmarks.Kernels;
using Unroll.Cli.Measurement;

namespace Unroll.Benchmarks.Commands;

/// <summary><c>kernels</c>: BenchmarkDotNet on the kernels by themselves; what follows the verb goes to it unread.</summary>
internal static class KernelsCommand
{
    public static Command Create()
    {
        var rest = new Argument<string[]>("arguments")
        {
            Description = "What BenchmarkDotNet understands, such as --filter *MatrixProduct*.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new Command("kernels", "Measures kernels by themselves with BenchmarkDotNet.") { rest };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(parse =>
        {
            var roofline = Roofline.Measure();
            // In this process, because a project of BenchmarkDotNet's own making would copy libtorch along.
            var config = DefaultConfig.Instance
                .AddJob(Job.ShortRun.WithToolchain(new InProcessEmitToolchain(logOutput: false)))
                .AddColumn(new RateColumn(), new PeakShareColumn(roofline));
            string[] arguments = [.. parse.GetValue(rest) ?? [], .. parse.UnmatchedTokens];
            BenchmarkSwitcher.FromAssembly(typeof(KernelsCommand).Assembly).Run(arguments.Length == 0 ? ["--filter", "*"] : arguments, config);
            Console.WriteLine(roofline);
        });
        return command;
    }
}
