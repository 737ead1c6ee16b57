using System.Runtime.CompilerServices;
using Unroll.Files;

namespace Unroll.Tests.Files;

/// <summary>What the tests of files share.</summary>
internal static class SafetensorsSamples
{
    public static string GoldenFolder { get; } = Path.GetFullPath(Path.Join(ThisFolder(), "..", "..", "fixtures", "golden"));

    /// <summary>A writer that holds what a file holds.</summary>
    public static SafetensorsWriter Copy(SafetensorsFile file)
    {
        var writer = new SafetensorsWriter();
        foreach (var (key, text) in file.Metadata)
            writer.Metadata.Add(key, text);
        foreach (var tensor in file.Tensors)
            writer.Add(tensor);
        return writer;
    }

    public static void AssertSameContent(SafetensorsFile expected, SafetensorsFile actual)
    {
        Assert.Equal(expected.Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal), actual.Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal));
        Assert.Equal(expected.Tensors.Count, actual.Tensors.Count);
        foreach (var tensor in expected.Tensors)
        {
            var other = actual.Require(tensor.Name);
            Assert.Equal(tensor.Type, other.Type);
            Assert.True(tensor.Shape.SequenceEqual(other.Shape));
            Assert.True(tensor.Bytes.SequenceEqual(other.Bytes), tensor.Name);
        }
    }

    private static string ThisFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
