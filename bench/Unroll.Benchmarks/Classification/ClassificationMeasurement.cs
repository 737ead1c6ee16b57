using System.Diagnostics;
using System.Globalization;
using Unroll.Benchmarks.Examinations;
using Unroll.Data;
using Unroll.Layers;
using Unroll.Models;
using Unroll.Optimizers;
using Unroll.Training;

namespace Unroll.Benchmarks.Classification;

/// <summary>Trains and tests a classifier of a task, and what it is compared with. Nothing of the test is used in training, and no run is chosen.</summary>
internal static class ClassificationMeasurement
{
    /// <summary>Measures a task.</summary>
    /// <param name="task">The task.</param>
    /// <param name="folder">The folder of its data.</param>
    /// <param name="seeds">How many runs, with the seeds 1, 2, ….</param>
    /// <param name="origin">When and where.</param>
    public static ClassificationResult Of(ClassificationTask task, string folder, int seeds, ExaminationOrigin origin)
    {
        var figures = new List<ClassificationFigure>();
        var linear = new List<LinearScore>();
        var (training, test) = task.Read(folder, 1);
        ClassificationReport? report = null;
        long parameters = 0;
        for (ulong seed = 1; seed <= (ulong)(task.Runs ?? seeds); seed++)
        {
            if (seed > 1 && task.IsDrawn)
                (training, test) = task.Read(folder, seed);
            if (seed == 1 || task.IsDrawn)
                linear.Add(LinearBaseline.Measure(training, test));
            var watch = Stopwatch.StartNew();
            var model = Train(task, training, seed);
            var seconds = watch.Elapsed.TotalSeconds;
            report = model.Evaluate(test);
            parameters = model.ParameterCount;
            figures.Add(new(seed, report.Accuracy, report.MacroF1, report.LogLoss, seconds));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{task.Name}, seed {seed}: {report}, {seconds:F1} s"));
        }

        return new()
        {
            Task = task.Name,
            TrainingExamples = training.Items.Count,
            TestExamples = test.Items.Count,
            Labels = training.Labels.Count,
            Parameters = parameters,
            Options = OptionsOf(task),
            Choice = task.Choice,
            Runs = figures,
            MajorityAccuracy = report!.MajorityAccuracy,
            Linear = new(linear[0].Features, [.. linear.Select(score => score.Accuracy)], [.. linear.Select(score => score.MacroF1)]),
            Published = task.Published,
            Signature = report.Signature,
            Origin = origin,
        };
    }

    /// <summary>As <c>unroll train classify --validation 0</c> with these options.</summary>
    public static string OptionsOf(ClassificationTask task)
    {
        var model = task.Model;
        var words = new List<string>();
        Add(model.Tokens != TokenKind.Character, $"--tokens {Lower(model.Tokens)}");
        words.Add($"--cell {model.Cell.Name}");
        Add(model.Bidirectional, $"--bidirectional");
        Add(model.Pooling != PoolingKind.Last, $"--pooling {Lower(model.Pooling)}");
        Add(model.HiddenSize != 128, $"--hidden {model.HiddenSize}");
        Add(model.Layers != 1, $"--layers {model.Layers}");
        Add(model.EmbeddingSize != 64, $"--embedding {model.EmbeddingSize}");
        Add(model.Dropout > 0, $"--dropout {model.Dropout}");
        Add(model.VariationalDropout > 0, $"--variational-dropout {model.VariationalDropout}");
        Add(model.TokenDropout > 0, $"--token-dropout {model.TokenDropout}");
        Add(model.InputNoise > 0, $"--noise {model.InputNoise}");
        Add(task.BatchSize != 32, $"--batch {task.BatchSize}");
        Add(task.LearningRate != 2e-3f, $"--learning-rate {task.LearningRate}");
        Add(task.AverageDecay is not null, $"--average {task.AverageDecay}");
        words.Add(FormattableString.Invariant($"--epochs {task.Epochs}"));
        return string.Join(' ', words);

        void Add(bool isSet, FormattableString option)
        {
            if (isSet)
                words.Add(option.ToString(CultureInfo.InvariantCulture));
        }

        static string Lower<T>(T value)
            where T : struct, Enum => value.ToString().ToLowerInvariant();
    }

    private static SequenceClassifier Train(ClassificationTask task, SequenceSet training, ulong seed)
    {
        var model = SequenceClassifier.Create(training, task.Model with { Seed = seed });
        var trainer = new ExampleTrainer<ClassifierExample>(model, new()
        {
            Optimizer = new AdamW(task.LearningRate),
            ClipNorm = 1,
            BatchSize = task.BatchSize,
            AverageDecay = task.AverageDecay,
            Seed = seed,
        });
        trainer.Fit(model.Encode(training), null, task.Epochs);
        model.Training = new() { Data = training.Name, LabelCounts = [.. model.Labels.Select(label => (long)training.CountOf(label))] };
        return model;
    }
}
