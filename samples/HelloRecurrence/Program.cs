// A vanilla recurrent network learns to spell one word. Each letter is the input that the next one has to follow from; after the first 'l' comes
// another 'l', after the second comes 'o', so the letter alone does not say what follows: the hidden state has to remember.
using Unroll.Cells;
using Unroll.Data;
using Unroll.Layers;
using Unroll.Losses;
using Unroll.Optimizers;
using Unroll.Tensors;

const string Word = "hello";
const int HiddenSize = 8;
const int Updates = 200;

var letters = new CharacterVocabulary(Word);
var recurrent = new Recurrent(Cell.RnnTanh, inputSize: letters.Size, HiddenSize);
var head = new Linear(HiddenSize, letters.Size);
Parameter[] parameters = [.. recurrent.Parameters, .. head.Parameters];
var random = new CounterRandom(seed: 1);
foreach (var parameter in parameters)
    Initializer.TorchUniform(parameter, HiddenSize, ref random);

var word = letters.Encode(Word);
var inputs = OneHot(word.AsSpan(..^1));
var optimizer = new Adam(learningRate: 0.05f);
var tape = new Tape();
for (var update = 1; update <= Updates; update++)
{
    tape.Reset();
    var hidden = recurrent.Forward(tape, inputs).Output;
    var loss = tape.LinearSoftmaxCrossEntropy(hidden, head.Weight, head.Bias, targets: word.AsSpan(1..));
    if (update is 1 or Updates)
        Console.WriteLine($"update {update}: {loss.Scalar:F3} nats a letter");
    foreach (var parameter in parameters)
        parameter.ClearGradient();
    tape.Backward(loss);
    optimizer.Step(parameters);
}

// Spelling: one letter at a time, the state carried from each to the next, each answer the next question.
var reading = new Tape(recording: false);
var state = recurrent.CreateState(batchSize: 1);
var letter = word[0];
var spelled = letters.Decode([letter]);
for (var step = 1; step < word.Length; step++)
{
    reading.Reset();
    var output = recurrent.Forward(reading, OneHot([letter]), state);
    output.CopyFinalTo(state);
    var logits = head.Forward(reading, output.Output).Values;
    letter = logits.IndexOf(Max(logits));
    spelled += letters.Decode([letter]);
}

Console.WriteLine(spelled);

// [T, 1, V]: a 1 at the letter of each step.
Tensor OneHot(ReadOnlySpan<int> tokens)
{
    var tensor = new Tensor(new(tokens.Length, 1, letters.Size));
    for (var step = 0; step < tokens.Length; step++)
        tensor.Values[(step * letters.Size) + tokens[step]] = 1;
    return tensor;
}

static float Max(ReadOnlySpan<float> values)
{
    var largest = float.NegativeInfinity;
    foreach (var value in values)
        largest = MathF.Max(largest, value);
    return largest;
}
