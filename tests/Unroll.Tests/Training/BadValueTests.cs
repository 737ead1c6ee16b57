using CsCheck;
using Unroll.Data;
using Unroll.Optimizers;
using Unroll.Training;

namespace Unroll.Tests.Training;

/// <summary>Test 10 of the reliability plan: whatever value appears wherever, an update is either made whole or refused whole.</summary>
public sealed class BadValueTests
{
    private const int Cases = 10_000;
    private static readonly TextCorpus Text = Texts.Words(200);

    private static readonly float[] Values =
        [float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, -float.MaxValue, 1e30f, 1e19f, float.Epsilon, -1e-40f, 0];

    private enum Place
    {
        Parameter,
        Gradient,
        State,
        Loss,
    }

    [Fact]
    public void An_update_is_made_with_finite_parameters_or_refused_without_a_change()
    {
        var (refused, made) = (0, 0);
        Gen.Select(Gen.Enum<Place>(), Gen.Int[0, Values.Length - 1], Gen.UInt, Gen.Int[0, 2]).Sample((place, chosen, index, update) =>
        {
            var model = new TinyModel(Text.Vocabulary.Size, hiddenSize: 4, layers: 1);
            var run = new Trainer(model, Options()).Begin(Text, TrainingLimit.After(1));
            for (var step = 0; step < update; step++)
                run.StepOnce();
            Inject(model, run, place, Values[chosen], index);
            var before = model.Weights();

            var exception = Record.Exception(() => run.StepOnce());

            if (exception is null)
            {
                Interlocked.Increment(ref made);
                Assert.True(float.IsFinite((float)run.Counters.LossSum));
                return;
            }

            Interlocked.Increment(ref refused);
            Assert.Equal(update + 1, Assert.IsType<TrainingDivergedException>(exception).Update);
            Assert.Equal(before, model.Weights());
            Assert.True(run.IsBroken);
        }, iter: Cases);

        Assert.True(refused > Cases / 20 && made > Cases / 20, $"{refused} refused, {made} made: one of them is hardly tested");
    }

    private static void Inject(TinyModel model, TrainingRun run, Place place, float value, uint index)
    {
        switch (place)
        {
            case Place.Parameter:
                var parameter = model.Parameters[(int)(index % (uint)model.Parameters.Count)];
                parameter.Values[(int)(index % (uint)parameter.Length)] = value;
                parameter.MarkChanged();
                break;
            case Place.Gradient:
                var weights = model.Parameters[(int)(index % (uint)model.Parameters.Count)];
                model.Tamper = (_, _) => weights.Gradient[(int)(index % (uint)weights.Length)] = value;
                break;
            case Place.State:
                run.Source.State!.Hidden.Values[(int)(index % (uint)run.Source.State!.Hidden.Length)] = value;
                break;
            default:
                model.Tamper = (loss, _) => loss.Values[0] = value;
                break;
        }
    }

    private static TrainerOptions Options() => new()
    {
        Optimizer = new AdamW(5e-3f),
        ClipNorm = 1,
        BatchSize = 2,
        WindowLength = 3,
        ValidationFraction = 0,
    };
}
