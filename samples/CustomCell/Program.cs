// A cell that the library has not, from its equations to a trained, saved and streamed model: the minimal gated unit. docs/custom-cells.md explains it.
using System.Runtime.InteropServices;
using Unroll.Cells;
using Unroll.Data;
using Unroll.Layers;
using Unroll.Models;
using Unroll.Optimizers;
using Unroll.Tensors;
using Unroll.Training;

const string Verse = "Tyger Tyger, burning bright,\nIn the forests of the night;\nWhat immortal hand or eye,\nCould frame thy fearful symmetry?\n";

// The gradient that training uses, against differences of the step.
Console.WriteLine($"gradient check: the largest difference is {GradientCheck.Verify<MinimalGatedUnit>():E0}");

CompareStreamWithSequence();

var text = TextCorpus.FromText(string.Concat(Enumerable.Repeat(Verse, 50)));
var model = LanguageModel.Create(
    text.Vocabulary, new() { Cell = Cell.Of<MinimalGatedUnit>(), HiddenSize = 64, Layers = 1, EmbeddingSize = 16 });
Console.WriteLine($"before training: {model.Evaluate(text).Nats:F3} nats a character");
new Trainer(model, new() { Optimizer = new AdamW(1e-2f), ClipNorm = 1, BatchSize = 8, WindowLength = 32 }).Fit(text, epochs: 10);
Console.WriteLine($"after training: {model.Evaluate(text).Nats:F3} nats a character");

var path = Path.Combine(Path.GetTempPath(), $"unroll-mgu-{Environment.ProcessId}.safetensors");
try
{
    model.Save(path);
    Write(LanguageModel.Load(path, Cell.Of<MinimalGatedUnit>()), "What");
}
finally
{
    File.Delete(path);
}

// One token at a time, each answer the next question, until the line ends.
static void Write(LanguageModel model, string prompt)
{
    var session = model.OpenSession();
    var logits = new float[model.Vocabulary.Size];
    foreach (var token in model.Vocabulary.Encode(prompt))
        session.Step(token, logits);
    Console.Write(prompt);
    var decoder = model.Vocabulary.CreateDecoder();
    for (var written = 0; written < 80; written++)
    {
        var likeliest = logits.IndexOf(logits.Max());
        var piece = decoder.Push(likeliest);
        Console.Write(piece);
        if (piece.Contains('\n', StringComparison.Ordinal))
            return;
        session.Step(likeliest, logits);
    }

    Console.WriteLine();
}

static void CompareStreamWithSequence()
{
    const int TimeSteps = 100, InputSize = 8, HiddenSize = 48;
    var layer = new Recurrent<MinimalGatedUnit>(InputSize, HiddenSize);
    var random = new CounterRandom(seed: 1);
    foreach (var parameter in layer.Parameters)
        Initializer.TorchUniform(parameter, HiddenSize, ref random);
    var sequence = new Tensor(new(TimeSteps, 1, InputSize));
    foreach (ref var value in sequence.Values)
        value = (2 * random.NextSingle()) - 1;

    var whole = layer.Forward(new Tape(recording: false), sequence).Output.Values;
    var stream = layer.OpenStream();
    var same = 0;
    for (var step = 0; step < TimeSteps; step++)
    {
        var output = stream.Step(sequence.Values.Slice(step * InputSize, InputSize));
        var expected = whole.Slice(step * HiddenSize, HiddenSize);
        same += MemoryMarshal.AsBytes(output).SequenceEqual(MemoryMarshal.AsBytes(expected)) ? 1 : 0;
    }

    Console.WriteLine($"stream: {same} of {TimeSteps} steps are those of the whole sequence, bit for bit");
}
