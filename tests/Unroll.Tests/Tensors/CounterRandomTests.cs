using CsCheck;
using Unroll.Tensors;

namespace Unroll.Tests.Tensors;

public sealed class CounterRandomTests
{
    // The known answers for "philox4x32 10" that the authors publish with Random123 (kat_vectors): counter, key, result.
    public static TheoryData<string, string, string> KnownAnswers => new()
    {
        { "00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8" },
        { "ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd" },
        { "243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1" },
    };

    [Theory]
    [MemberData(nameof(KnownAnswers))]
    public void Ten_rounds_give_the_published_answers(string counter, string key, string expected)
    {
        var c = Words(counter);
        var k = Words(key);
        var e = Words(expected);

        Assert.Equal(new(e[0], e[1], e[2], e[3]), CounterRandom.Block(new(c[0], c[1], c[2], c[3]), k[0], k[1]));
    }

    [Fact]
    public void Values_are_the_words_of_the_blocks_in_order()
    {
        var random = new CounterRandom(0);

        Assert.Equal([0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u], Draw(ref random, 4));
        Assert.Equal(4ul, random.Position);
        Assert.Equal(CounterRandom.Block(new(1, 0, 0, 0), 0, 0).X0, random.NextUInt32());
    }

    [Fact]
    public void A_value_depends_on_seed_stream_and_position_alone() =>
        Gen.Select(Gen.ULong, Gen.ULong, Gen.Int[0, 1000], Gen.Int[0, 1000]).Sample((seed, stream, first, second) =>
        {
            var walking = new CounterRandom(seed, stream);
            var values = Draw(ref walking, Math.Max(first, second) + 1);
            var jumping = new CounterRandom(seed, stream) { Position = (ulong)first };
            Assert.Equal(values[first], jumping.NextUInt32());
            jumping.Position = (ulong)second;
            Assert.Equal(values[second], jumping.NextUInt32());
        });

    [Fact]
    public void Streams_and_seeds_differ()
    {
        var values = new HashSet<ulong>();
        for (var seed = 0ul; seed < 32; seed++)
        {
            for (var stream = 0ul; stream < 32; stream++)
            {
                var random = new CounterRandom(seed, stream);
                Assert.True(values.Add(random.NextUInt32() | ((ulong)random.NextUInt32() << 32)));
            }
        }
    }

    [Fact]
    public void Numbers_stay_in_range_and_have_the_moments_of_their_distribution()
    {
        const int Count = 200_000;
        // Five standard errors of the mean of so many draws; a fixed seed makes the test repeatable.
        var bound = 5 / Math.Sqrt(Count);
        var random = new CounterRandom(7);
        double single = 0, normal = 0, squares = 0;
        var counts = new int[7];
        for (var draw = 0; draw < Count; draw++)
        {
            var value = random.NextSingle();
            Assert.InRange(value, 0f, 0.99999994f);
            Assert.InRange(random.NextDouble(), 0, 1 - double.Epsilon);
            single += value;
            counts[random.NextInt32(7)]++;
            double z = random.NextNormal();
            normal += z;
            squares += z * z;
        }

        Assert.InRange(single / Count, 0.5 - (bound * 0.29), 0.5 + (bound * 0.29));
        Assert.InRange(normal / Count, -bound, bound);
        Assert.InRange(squares / Count, 1 - (bound * 1.42), 1 + (bound * 1.42));
        Assert.All(counts, count => Assert.InRange(count / (double)Count, (1 / 7.0) - (bound * 0.35), (1 / 7.0) + (bound * 0.35)));
    }

    [Fact]
    public void An_empty_range_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => new CounterRandom(1).NextInt32(0));

    private static uint[] Words(string text) =>
        [.. text.Split(' ').Select(word => uint.Parse(word, System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture))];

    private static uint[] Draw(ref CounterRandom random, int count)
    {
        var values = new uint[count];
        for (var index = 0; index < count; index++)
            values[index] = random.NextUInt32();
        return values;
    }
}
