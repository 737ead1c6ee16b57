using System.CommandLine;
using Unroll.Cli.CommandLine;

namespace Unroll.Cli.Verbs;

/// <summary>The argument MODEL of the verbs that read one.</summary>
internal static class ModelPath
{
    /// <summary>Its value, a file that is there.</summary>
    public static string Of(ParseResult line, Argument<string> argument)
    {
        var path = line.GetValue(argument)!;
        if (ParseErrors.LooksLikeOption(path))
            throw CommandFailure.Usage(ParseErrors.UnknownOption(path, line.CommandResult.Command));
        if (Directory.Exists(path))
            throw CommandFailure.Failed($"{path}: this is a folder; expected a model file, for example {Path.Combine(path, "model.safetensors")}");
        if (!File.Exists(path))
            throw CommandFailure.Failed($"{path}: there is no such file; expected a model that 'unroll train' wrote.");
        return path;
    }
}
