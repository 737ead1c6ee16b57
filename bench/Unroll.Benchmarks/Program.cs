using System.CommandLine;
using Unroll.Benchmarks.Commands;

var root = new RootCommand("Measures Unroll, alone and beside libtorch and ONNX Runtime.")
{
    RooflineCommand.Create(),
    PeersCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
