using Unroll.Cli.CommandLine;

return await UnrollCommand.InvokeAsync(args);
