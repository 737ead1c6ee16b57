using Unroll.Data;
using Unroll.Files;
using Unroll.Optimizers;
using Unroll.Tests.Files;
using Unroll.Training;

namespace Unroll.Tests.Training;

/// <summary>Test 1 of the reliability plan for checkpoints: wrong ones end in one exception of one line; what is accepted saves again.</summary>
public sealed class HostileCheckpointTests(ITestOutputHelper output)
{
    /// <summary>A model and a trainer are made for every file, so this loader gets its share of the mutations.</summary>
    private const int ShareOfMutations = 50;

    /// <summary>Those objects, and the texts of the metadata.</summary>
    private const long Allowance = 1 << 20;

    private static readonly TextCorpus Text = Texts.Words(400);

    [Fact]
    public void Mutations_are_refused_with_one_line_or_save_again_bit_for_bit()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("run.safetensors");
        Create(path).Fit(Text, epochs: 1);
        var valid = File.ReadAllBytes(path);
        var probe = new LoaderProbe<Trainer>(Load, trainer => Save(trainer, path), Allowance);

        output.WriteLine($"{LoaderProbe.SeedVariable}={LoaderProbe.Seed}");
        probe.Mutate(valid, LoaderProbe.Count / ShareOfMutations, LoaderProbe.Seed);

        output.WriteLine($"{probe.Accepted} accepted, {probe.Refused} refused");
        Assert.True(probe.Refused > probe.Accepted);
        Assert.True(probe.Try(valid, () => "the valid file"));
    }

    private static Trainer Create(string? path) => new(
        new TinyModel(Text.Vocabulary.Size, hiddenSize: 4),
        new() { Optimizer = new AdamW(5e-3f), BatchSize = 4, WindowLength = 10, CheckpointPath = path });

    private static Trainer Load(byte[] file)
    {
        var trainer = Create(null);
        trainer.Resume(TrainingCheckpoint.From(SafetensorsFile.Read(file, "run.safetensors")));
        trainer.Begin(Text, TrainingLimit.After(2));
        return trainer;
    }

    private static byte[] Save(Trainer trainer, string path)
    {
        trainer.SaveCheckpoint(path);
        return File.ReadAllBytes(path);
    }
}
