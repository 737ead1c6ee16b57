// A classifier from its data to its first answers: are the brackets of a line well nested? Both kinds of lines hold the same brackets in the same
// numbers, in another order, so that counting them helps nobody: the network has to remember what is open. It is measured on lines it has not seen,
// beside always giving the most frequent label; then saved, loaded and asked. docs/classification.md and docs/serving.md say more.
using System.Globalization;
using Classify;
using Unroll.Cells;
using Unroll.Layers;
using Unroll.Models;
using Unroll.Optimizers;
using Unroll.Training;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

var (training, validation) = BracketLines.Make(count: 4000, seed: 1).Split(0.1);
var model = SequenceClassifier.Create(training, new() { Cell = Cell.Gru, HiddenSize = 32, EmbeddingSize = 8, Pooling = PoolingKind.Mean });
var trainer = new ExampleTrainer<ClassifierExample>(model, new() { Optimizer = new AdamW(1e-2f), ClipNorm = 1, BatchSize = 64 });
var last = trainer.Fit(model.Encode(training), model.Encode(validation), epochs: 12);
model.Calibrate(validation);
Console.WriteLine($"{training.Items.Count} lines, {model.ParameterCount} parameters, {last.Update} updates");

var report = model.Evaluate(BracketLines.Make(count: 1000, seed: 2));
Console.WriteLine($"lines it has not seen: {report.Accuracy:P1} right; always '{report.MajorityLabel}': {report.MajorityAccuracy:P1}");

var path = Path.Combine(Path.GetTempPath(), $"unroll-classify-{Environment.ProcessId}.safetensors");
try
{
    model.Save(path);
    var served = SequenceClassifier.Load(path);
    foreach (var line in (string[])["([])()", "([)]()", "[[()]]()", "[[(])]()"])
        Console.WriteLine($"{line,-10}{served.Predict(line).Label,-8}{served.Predict(line).Probability:P1}");
}
finally
{
    File.Delete(path);
}
