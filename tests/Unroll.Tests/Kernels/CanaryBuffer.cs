using Unroll.Kernels;

namespace Unroll.Tests.Kernels;

/// <summary>Float32 memory between two stretches of a known bit pattern: tells which stray write happened where, without ending the process.</summary>
internal sealed class CanaryBuffer
{
    private const int Margin = 80;

    /// <summary>A NaN with a payload that no kernel computes.</summary>
    private const int Pattern = 0x7FE5_5A5A;

    private readonly FloatBuffer memory;

    /// <summary>Memory that starts <paramref name="offset"/> floats behind an aligned address.</summary>
    public CanaryBuffer(int length, int offset = 0)
    {
        Length = length;
        Offset = Margin + offset;
        memory = new FloatBuffer((2 * Margin) + offset + length);
        memory.Span.Fill(BitConverter.Int32BitsToSingle(Pattern));
        Span.Clear();
    }

    public CanaryBuffer(ReadOnlySpan<float> values, int offset = 0)
        : this(values.Length, offset) => values.CopyTo(Span);

    public int Length { get; }

    public Span<float> Span => memory.Span.Slice(Offset, Length);

    public Floats Pointer => memory.Pointer + Offset;

    private int Offset { get; }

    /// <summary>Fails if a value outside was written.</summary>
    public void Check(string name)
    {
        for (var index = 0; index < memory.Length; index++)
        {
            var place = index - Offset;
            if ((place < 0 || place >= Length) && BitConverter.SingleToInt32Bits(memory.Span[index]) != Pattern)
                Assert.Fail($"{name}: a value was written at {place}; the buffer has {Length}.");
        }
    }
}
