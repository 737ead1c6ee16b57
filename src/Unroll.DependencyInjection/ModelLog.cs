using Microsoft.Extensions.Logging;

namespace Unroll.DependencyInjection;

/// <summary>The lines of the log.</summary>
internal static partial class ModelLog
{
    /// <summary>What the lines are filtered by.</summary>
    public const string Category = "Unroll";

    [LoggerMessage(1, LogLevel.Information, "Model '{Model}' is ready: {Description}, from {Path}, in {Milliseconds} ms.")]
    public static partial void Loaded(this ILogger logger, string model, string description, string path, long milliseconds);

    [LoggerMessage(2, LogLevel.Information, "Model '{Model}' was replaced: {Description}, from {Path}, in {Milliseconds} ms. Requests under way keep the one before.")]
    public static partial void Replaced(this ILogger logger, string model, string description, string path, long milliseconds);

    [LoggerMessage(3, LogLevel.Error, "Model '{Model}' could not be loaded from {Path}. {Consequence}")]
    public static partial void LoadFailed(this ILogger logger, Exception failure, string model, string path, string consequence);

    [LoggerMessage(4, LogLevel.Error, "Model '{Model}': {Operation} failed.")]
    public static partial void OperationFailed(this ILogger logger, Exception failure, string model, string operation);

    /// <summary>The caller's input was wrong, and the caller has the exception; a line that anyone can cause at will is no error of the program.</summary>
    [LoggerMessage(5, LogLevel.Debug, "Model '{Model}': {Operation} refused its input: {Reason}")]
    public static partial void InputRefused(this ILogger logger, string model, string operation, string reason);
}
