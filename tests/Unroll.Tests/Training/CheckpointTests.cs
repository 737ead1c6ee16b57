using System.Text;
using CsCheck;
using Unroll.Cells;
using Unroll.Data;
using Unroll.Files;
using Unroll.Optimizers;
using Unroll.Training;

namespace Unroll.Tests.Training;

public sealed class CheckpointTests : IDisposable
{
    private static readonly TextCorpus Text = Texts.Words(400);

    private readonly string folder = Directory.CreateTempSubdirectory("unroll-checkpoint-").FullName;

    private string CheckpointPath => Path.Combine(folder, "run.safetensors");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_checkpoint_says_where_it_stands_and_carries_what_it_was_given()
    {
        Make(Options() with { Metadata = new Dictionary<string, string> { ["configuration"] = "{\"cell\":\"lstm\"}", ["vocabulary"] = "é\n" } });

        var checkpoint = TrainingCheckpoint.Read(CheckpointPath);

        Assert.Equal(16, checkpoint.Update);
        Assert.True(checkpoint.Elapsed > TimeSpan.Zero);
        Assert.NotNull(checkpoint.BestValidationLoss);
        Assert.Equal("é\n", checkpoint.Metadata["vocabulary"]);
        Assert.Equal(2, checkpoint.Metadata.Count);
    }

    [Fact]
    public void Saved_again_it_is_the_same_file()
    {
        Make(Options());
        var trainer = new Trainer(new TinyModel(Text.Vocabulary.Size, seed: 7), Options());
        trainer.Resume(CheckpointPath);
        trainer.Begin(Text, TrainingLimit.After(2));
        var again = Path.Combine(folder, "again.safetensors");
        trainer.SaveCheckpoint(again);

        Assert.Equal(File.ReadAllBytes(CheckpointPath), File.ReadAllBytes(again));
    }

    [Fact]
    public void Other_options_are_refused_with_both_values_and_nothing_changes()
    {
        Make(Options());
        (TrainerOptions Options, string Words)[] cases =
        [
            (Options() with { Optimizer = new Adam(5e-3f) }, "the optimiser of the checkpoint is adamw("),
            (Options() with { Optimizer = new AdamW(6e-3f) }, "the learning rate of the checkpoint is 0.005; that of this trainer is 0.006."),
            (Options() with { Schedule = LearningRateSchedule.Constant() }, "the schedule of the checkpoint is cosine("),
            (Options() with { ClipNorm = 2 }, "the clip norm of the checkpoint is none; that of this trainer is 2."),
            (Options() with { ClipValue = 3 }, "the clip value of the checkpoint is none; that of this trainer is 3."),
            (Options() with { BatchSize = 3 }, "the batch size of the checkpoint is 4; that of this trainer is 3."),
            (Options() with { WindowLength = 11 }, "the window length of the checkpoint is 10; that of this trainer is 11."),
            (Options() with { Seed = 2 }, "the seed of the checkpoint is 1; that of this trainer is 2."),
        ];
        foreach (var (options, words) in cases)
            AssertRefused(new(Text.Vocabulary.Size), options, words);
    }

    [Fact]
    public void Another_model_is_refused_and_nothing_changes()
    {
        Make(Options());

        AssertRefused(new(Text.Vocabulary.Size, hiddenSize: 20), Options(), "tensor 'parameter.rnn_weight", "has shape");
        AssertRefused(new(Text.Vocabulary.Size, Cell.Gru), Options(), "has shape");
        AssertRefused(new(Text.Vocabulary.Size, layers: 3), Options(), "is missing");
        AssertRefused(new(Text.Vocabulary.Size, layers: 1), Options(), "is not part of this model", "has shape");
        AssertRefused(new(Text.Vocabulary.Size + 1), Options(), "has shape");
    }

    [Fact]
    public void Another_text_or_another_part_of_it_is_refused()
    {
        Make(Options());
        foreach (var (text, options) in new[] { (Texts.Words(401), Options()), (Text, Options() with { ValidationFraction = 0.2 }) })
        {
            var trainer = new Trainer(new TinyModel(Text.Vocabulary.Size), options);
            trainer.Resume(CheckpointPath);
            var exception = Assert.Throws<InvalidDataException>(() => trainer.Fit(text, epochs: 2));
            Assert.Contains("another text", exception.Message, StringComparison.Ordinal);
            Assert.StartsWith(CheckpointPath, exception.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("format", "pt", "format 'pt'")]
    [InlineData("format", null, "format 'missing'")]
    [InlineData("kind", "language-model", "kind 'language-model'")]
    [InlineData("version", "2", "version '2'")]
    [InlineData("version", null, "'version'")]
    [InlineData("run.update", null, "'run.update'")]
    [InlineData("run.update", "-1", "'-1'; expected a whole number")]
    [InlineData("run.update", "99999999999999999999", "expected a whole number")]
    [InlineData("run.finished", "3", "expected 16 or one less")]
    [InlineData("run.window", "4000000000", "expected a whole number")]
    [InlineData("run.window", "9", "stands at window 9; there are 8")]
    [InlineData("run.loss_sum", "NaN", "expected a finite number")]
    [InlineData("run.best_loss", "1e999", "expected a finite number")]
    [InlineData("run.best_loss", null, "is not part of this model")]
    [InlineData("run.elapsed_ticks", "x", "expected a whole number")]
    [InlineData("run.elapsed_ticks", "9223372036854775807", "at most 2^53")]
    [InlineData("run.optimizer_steps", "", "expected a whole number")]
    [InlineData("text.sha256", "0", "another text")]
    public void Metadata_that_makes_no_sense_is_refused_by_name(string key, string? value, string expected)
    {
        Make(Options());
        Rewrite(writer =>
        {
            if (value is null)
                writer.Metadata.Remove(key);
            else
                writer.Metadata[key] = value;
        });

        AssertRefused(new(Text.Vocabulary.Size), Options(), expected);
    }

    [Fact]
    public void Tensors_that_are_too_many_or_hold_no_numbers_are_refused()
    {
        Make(Options());
        Rewrite(writer => writer.Add("extra", new(1), [1f]));
        AssertRefused(new(Text.Vocabulary.Size), Options(), "'extra' is not part of this model");
    }

    [Fact]
    public void Every_damage_is_found_or_harmless()
    {
        Make(Options());
        var bytes = File.ReadAllBytes(CheckpointPath);
        var model = new TinyModel(Text.Vocabulary.Size);
        Gen.Select(Gen.Int[0, bytes.Length - 1], Gen.Byte, Gen.Bool).Sample((place, value, cut) =>
        {
            byte[] damaged = cut ? [.. bytes[..place]] : [.. bytes];
            if (!cut)
                damaged[place] = value;
            var exception = Record.Exception(() => TrainingCheckpoint.From(SafetensorsFile.Read(damaged, "damaged"))
                .Restore(null, model.Parameters, Attached(model), 5e-3f, () => model.CreateState(4)));
            Assert.True(exception is null or InvalidDataException, $"at {place}: {exception}");
        }, iter: 3000, threads: 1);

        static TrainerOptions Attached(TinyModel model)
        {
            var options = Options();
            options.Optimizer.Attach(model.Parameters);
            return options;
        }
    }

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Contains("absent", Assert.ThrowsAny<IOException>(() => new Trainer(new TinyModel(3)).Resume(Path.Combine(folder, "absent"))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_text_file_is_no_checkpoint()
    {
        File.WriteAllText(CheckpointPath, "version https://git-lfs.github.com/spec/v1", Encoding.ASCII);

        Assert.Throws<InvalidDataException>(() => TrainingCheckpoint.Read(CheckpointPath));
    }

    private static TrainerOptions Options() => new() { Optimizer = new AdamW(5e-3f), BatchSize = 4, WindowLength = 10 };

    private void Make(TrainerOptions options) =>
        new Trainer(new TinyModel(Text.Vocabulary.Size), options with { CheckpointPath = CheckpointPath }).Fit(Text, epochs: 2);

    private void Rewrite(Action<SafetensorsWriter> change)
    {
        var file = SafetensorsFile.Read(CheckpointPath);
        var writer = new SafetensorsWriter();
        foreach (var (key, value) in file.Metadata)
            writer.Metadata[key] = value;
        foreach (var tensor in file.Tensors)
            writer.Add(tensor);
        change(writer);
        writer.Save(CheckpointPath);
    }

    private void AssertRefused(TinyModel model, TrainerOptions options, params string[] anyOf)
    {
        var before = model.Weights();
        var trainer = new Trainer(model, options);
        var exception = Assert.Throws<InvalidDataException>(() =>
        {
            trainer.Resume(CheckpointPath);
            Assert.NotEqual(before, model.Weights());
            before = model.Weights();
            trainer.Fit(Text, epochs: 2);
        });

        Assert.StartsWith(CheckpointPath, exception.Message, StringComparison.Ordinal);
        Assert.True(anyOf.Any(words => exception.Message.Contains(words, StringComparison.Ordinal)), exception.Message);
        Assert.DoesNotContain('\n', exception.Message);
        Assert.Equal(before, model.Weights());
    }
}
