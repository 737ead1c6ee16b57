using Unroll.Files;

namespace Unroll.Cli.Verbs;

/// <summary>What a model file holds, so that verbs of several kinds of models know which to read.</summary>
internal static class ModelKind
{
    public const string Classifier = "classifier";
    public const string Forecaster = "forecaster";

    /// <summary>What a file says it is, or null. Damaged files are left to who reads language models.</summary>
    public static string? Of(string path)
    {
        try
        {
            return SafetensorsFile.Read(path).Metadata.GetValueOrDefault("kind");
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}
