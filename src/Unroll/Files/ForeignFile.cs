namespace Unroll.Files;

/// <summary>Recognises what people load by mistake instead of a safetensors file, so that the message says what to do.</summary>
internal static class ForeignFile
{
    /// <summary>How many bytes of a file <see cref="Describe"/> wants to see; fewer when the file is shorter.</summary>
    public const int SignatureLength = 32;

    private static ReadOnlySpan<byte> Zip => [(byte)'P', (byte)'K', 3, 4];

    private static ReadOnlySpan<byte> Gzip => [0x1F, 0x8B];

    private static ReadOnlySpan<byte> Hdf => [0x89, (byte)'H', (byte)'D', (byte)'F'];

    /// <summary>What the file is and what to do, or null when nothing is recognised.</summary>
    /// <param name="start">Its first bytes.</param>
    public static string? Describe(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith("version https://git-lfs"u8))
            return "this is a Git-LFS pointer, not the file it stands for. Run 'git lfs pull' in its repository.";
        if (start.StartsWith(Zip))
            return "this is a zip archive, as PyTorch's .pt files are. Save the weights with safetensors.torch.save_file instead.";
        if (start.Length > 1 && start[0] == 0x80 && start[1] is >= 2 and <= 5)
            return "this is a Python pickle, as old PyTorch files are. Save the weights with safetensors.torch.save_file instead.";
        if (start.StartsWith(Hdf))
            return "this is an HDF5 file, as Keras writes. Save the weights with the safetensors package instead.";
        if (start.StartsWith("GGUF"u8))
            return "this is a GGUF file. Convert it to safetensors first.";
        if (start.StartsWith(Gzip))
            return "this is a gzip archive. Unpack it first.";
        if (start.StartsWith("<!DOCTYPE"u8) || start.StartsWith("<!doctype"u8) || start.StartsWith("<html"u8))
            return "this is a web page. Was the address of the download that of the page around it?";
        return null;
    }
}
