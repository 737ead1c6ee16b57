using Unroll.Optimizers;

namespace Unroll.Cli.Runs;

/// <summary>Optimisers and schedules by the names that options give them.</summary>
internal static class Optimization
{
    /// <summary>Updates after which the schedule "step" halves the learning rate.</summary>
    private const int StepOfSchedule = 1000;

    public static Optimizer Optimizer(string name, double learningRate)
    {
        var rate = (float)learningRate;
        return name switch
        {
            "adam" => new Adam(rate),
            "sgd" => new Sgd(rate, momentum: 0.9f),
            "rmsprop" => new RmsProp(rate),
            "adagrad" => new Adagrad(rate),
            _ => new AdamW(rate),
        };
    }

    public static LearningRateSchedule Schedule(string name) => name switch
    {
        "constant" => LearningRateSchedule.Constant(),
        "step" => LearningRateSchedule.Step(StepOfSchedule),
        _ => LearningRateSchedule.Cosine(),
    };
}
