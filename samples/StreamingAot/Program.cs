// A language model compiled ahead of time: learns a line of text in a moment, or loads the model file given as the only argument, and
// streams what comes next one step at a time.
using Unroll.Cells;
using Unroll.Data;
using Unroll.Models;
using Unroll.Optimizers;
using Unroll.Training;

const string Prompt = "hel";
const int Length = 8;
const int MeasuredSteps = 10_000;

var model = args.Length > 0 ? LanguageModel.Load(args[0]) : Learn("hello ");
var session = model.OpenSession();
var logits = new float[model.Vocabulary.Size];
foreach (var token in model.Vocabulary.Encode(Prompt))
    session.Step(token, logits);

Console.Write(Prompt);
var decoder = model.Vocabulary.CreateDecoder();
for (var step = 0; step < Length; step++)
{
    var likeliest = logits.IndexOf(logits.Max());
    Console.Write(decoder.Push(likeliest));
    session.Step(likeliest, logits);
}

Console.WriteLine();

var before = GC.GetAllocatedBytesForCurrentThread();
for (var step = 0; step < MeasuredSteps; step++)
    session.Step(step % model.Vocabulary.Size, logits);
Console.WriteLine($"{MeasuredSteps} steps allocated {GC.GetAllocatedBytesForCurrentThread() - before} bytes");

static LanguageModel Learn(string line)
{
    var text = TextCorpus.FromText(string.Concat(Enumerable.Repeat(line, 500)));
    var model = LanguageModel.Create(text.Vocabulary, new() { Cell = Cell.Lstm, HiddenSize = 32, Layers = 1, EmbeddingSize = 8 });
    var trainer = new Trainer(model, new() { Optimizer = new AdamW(1e-2f), BatchSize = 8, WindowLength = 24 });
    trainer.Fit(text, epochs: 5);
    return model;
}
