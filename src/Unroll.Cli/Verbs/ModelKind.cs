using Unroll.Files;

namespace Unroll.Cli.Verbs;

/// <summary>What a model file holds, so that verbs of several kinds of models know which to read.</summary>
internal static class ModelKind
{
    public const string Classifier = "classifier";

    /// <summary>Whether a file says it is a classifier. Everything else, damaged files too, is left to who reads language models.</summary>
    public static bool IsClassifier(string path)
    {
        try
        {
            return SafetensorsFile.Read(path).Metadata.TryGetValue("kind", out var kind) && kind == Classifier;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }
}
