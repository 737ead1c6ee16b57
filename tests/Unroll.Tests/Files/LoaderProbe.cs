using System.Diagnostics;
using System.Globalization;

namespace Unroll.Tests.Files;

/// <summary>
/// Holds a loader against what every loader of files promises: a wrong file ends in an <see cref="InvalidDataException"/> of one line, within a
/// second, without memory beyond twice the file; and what is accepted saves again bit for bit.
/// </summary>
/// <typeparam name="T">What the loader makes of a file.</typeparam>
/// <param name="load">The loader.</param>
/// <param name="save">Writes what was loaded; loading that and saving it again has to give the same bytes.</param>
/// <param name="allowance">Bytes the loader may allocate beyond twice the file: its objects, an exception.</param>
internal sealed class LoaderProbe<T>(Func<byte[], T> load, Func<T, byte[]> save, long allowance = LoaderProbe.DefaultAllowance)
{
    private long accepted;
    private long refused;

    /// <summary>How many files the loader took.</summary>
    public long Accepted => accepted;

    /// <summary>How many it refused.</summary>
    public long Refused => refused;

    /// <summary>Loads mutations of a good file.</summary>
    /// <param name="valid">The good file.</param>
    /// <param name="count">How many.</param>
    /// <param name="seed">Decides which.</param>
    public void Mutate(byte[] valid, long count, ulong seed)
    {
        var mutator = new SafetensorsMutator(valid, seed);
        for (var number = 0L; number < count; number++)
        {
            var file = mutator.Mutate(number);
            var which = number;
            Try(file, () => string.Create(CultureInfo.InvariantCulture, $"mutation {which} of seed {seed} (set {LoaderProbe.SeedVariable}={seed} to repeat)"));
        }
    }

    /// <summary>Loads a good file with every byte of its start replaced by every value, cut at every length, and with 1 to 64 bytes more.</summary>
    /// <param name="valid">The good file.</param>
    /// <param name="changedLength">How many bytes from the start are changed, such as all up to the data.</param>
    public void ChangeEveryByte(byte[] valid, int changedLength)
    {
        var file = (byte[])valid.Clone();
        for (var position = 0; position < changedLength; position++)
        {
            for (var value = 0; value < 256; value++)
            {
                file[position] = (byte)value;
                var (place, byteValue) = (position, value);
                Try(file, () => string.Create(CultureInfo.InvariantCulture, $"byte {place} = 0x{byteValue:X2}"));
            }

            file[position] = valid[position];
        }

        for (var length = 0; length < valid.Length; length++)
        {
            if (Try(valid[..length], () => string.Create(CultureInfo.InvariantCulture, $"cut to {length} bytes")))
                Assert.Fail($"A file cut to {length} of {valid.Length} bytes was accepted.");
        }

        for (var more = 1; more <= 64; more++)
        {
            if (Try([.. valid, .. new byte[more]], () => string.Create(CultureInfo.InvariantCulture, $"{more} bytes more")))
                Assert.Fail($"A file with {more} bytes after its end was accepted.");
        }
    }

    /// <summary>Loads one file and checks the promises.</summary>
    /// <param name="file">Any bytes.</param>
    /// <param name="describe">Says which file it is when a promise is broken.</param>
    /// <returns>Whether it was accepted.</returns>
    public bool Try(byte[] file, Func<string> describe)
    {
        var (loaded, refusal, cost) = Load(file, describe);

        // The first message of a kind loads resources, and a busy machine may stop a thread for a second: what counts happens every time.
        for (var repeat = 0; repeat < LoaderProbe.Repeats && IsTooMuch(cost, file); repeat++)
            cost = Load(file, describe).Cost;
        if (IsTooMuch(cost, file))
        {
            Assert.Fail(string.Create(
                CultureInfo.InvariantCulture,
                $"{describe()}: loading {file.Length:N0} bytes took {cost.Time.TotalSeconds:F2} s and {cost.Bytes:N0} bytes; the limit is 1 s and {Limit(file):N0}."));
        }

        if (refusal is not null)
        {
            CheckMessage(refusal.Message, describe);
            refused++;
            return false;
        }

        accepted++;
        var saved = save(loaded!);
        if (!save(load(saved)).AsSpan().SequenceEqual(saved))
            Assert.Fail($"{describe()}: what was accepted does not save again bit for bit.");
        return true;
    }

    private long Limit(byte[] file) => (2L * file.Length) + allowance;

    private bool IsTooMuch((TimeSpan Time, long Bytes) cost, byte[] file) => cost.Time >= LoaderProbe.Hang || cost.Bytes > Limit(file);

    private (T? Loaded, InvalidDataException? Refusal, (TimeSpan Time, long Bytes) Cost) Load(byte[] file, Func<string> describe)
    {
        var started = Stopwatch.GetTimestamp();
        var allocatedBefore = GC.GetAllocatedBytesForCurrentThread();
        T? loaded = default;
        InvalidDataException? refusal = null;
        try
        {
            loaded = load(file);
        }
        catch (InvalidDataException e)
        {
            refusal = e;
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"{describe()}: {e.GetType().Name} instead of InvalidDataException: {e.Message}", e);
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread() - allocatedBefore;
        return (loaded, refusal, (Stopwatch.GetElapsedTime(started), allocated));
    }

    private static void CheckMessage(string message, Func<string> describe)
    {
        if (message.AsSpan().IndexOfAny('\r', '\n', '\0') >= 0 || message.Length is 0 or > LoaderProbe.LongestMessage)
            Assert.Fail($"{describe()}: the message is not one clear line: {message}");
    }
}

/// <summary>The figures of <see cref="LoaderProbe{T}"/>.</summary>
internal static class LoaderProbe
{
    /// <summary>Says how many mutations a test makes in all; a release runs 50 million.</summary>
    public const string CountVariable = "UNROLL_MUTATIONS";

    /// <summary>Repeats the mutations of an earlier run.</summary>
    public const string SeedVariable = "UNROLL_SEED";

    /// <summary>Objects for a few tensors and one exception with its trace.</summary>
    public const long DefaultAllowance = 32 << 10;

    public const int LongestMessage = 600;

    /// <summary>How often something too slow or too large is tried again.</summary>
    public const int Repeats = 4;

    private const long DefaultCount = 200_000;

    public static readonly TimeSpan Hang = TimeSpan.FromSeconds(1);

    /// <summary>How many mutations to make.</summary>
    public static long Count { get; } =
        long.TryParse(Environment.GetEnvironmentVariable(CountVariable), CultureInfo.InvariantCulture, out var count) ? count : DefaultCount;

    /// <summary>The seed of this run, new each time unless one is given.</summary>
    public static ulong Seed { get; } =
        ulong.TryParse(Environment.GetEnvironmentVariable(SeedVariable), CultureInfo.InvariantCulture, out var seed) ? seed : (ulong)Random.Shared.NextInt64();
}
