using Unroll.Files;

namespace Unroll.Tests.Golden;

/// <summary>The library's reader against the few lines that read golden files here: same metadata, tensors, shapes and bytes.</summary>
public sealed class GoldenReaderTests
{
    public static TheoryData<string> Files => GoldenFolder.Files();

    [Theory]
    [MemberData(nameof(Files))]
    public void The_library_reads_what_libtorch_wrote(string name)
    {
        var plain = GoldenFolder.Open(name);

        var file = SafetensorsFile.Read(Path.Combine(GoldenFolder.Fixtures, name));

        Assert.Equal(plain.Tensors.Order(), file.Tensors.Select(tensor => tensor.Name).Order());
        Assert.All(file.Metadata, pair => Assert.Equal(plain.Text(pair.Key), pair.Value));
        Assert.NotEmpty(file.Metadata);
        foreach (var tensor in file.Tensors)
        {
            Assert.Equal(plain.Shape(tensor.Name).Select(size => (long)size), tensor.Shape);
            if (tensor.Type == SafetensorsType.I64)
                Assert.Equal(plain.Integers(tensor.Name), tensor.ToInt32Array());
            else
                Oracles.Close.Bits(tensor.Name, plain.Singles(tensor.Name), tensor.ToSingleArray());
        }
    }
}
