using System.Globalization;
using Unroll.Files;
using Unroll.Kernels;
using Unroll.Tensors;

namespace Unroll.Models;

/// <summary>
/// The tensors of a language model in its file. Narrow weights have the type of their format, BF16 or I8, and the scales of bytes stand beside them as
/// <c>NAME.scale</c>, one float32 for each row; vectors are F32 in every model.
/// </summary>
internal static class LanguageModelTensors
{
    private const string ScaleSuffix = ".scale";

    /// <summary>What bytes may not hold: it has no counterpart of the other sign.</summary>
    private const byte Minus128 = 0x80;

    /// <summary>Adds narrow weights to a file.</summary>
    public static void Add(SafetensorsWriter writer, StoredWeights weights)
    {
        writer.Add(weights.Name, TypeOf(weights.Format), [.. weights.Shape.ToArray().Select(size => (long)size)], weights.Values);
        if (weights.Format == WeightFormat.Int8)
            writer.Add(weights.Name + ScaleSuffix, new(weights.Scales.Length), weights.Scales);
    }

    /// <summary>Fails unless a file has the tensors of a model and no other. Nothing is allocated for the model before.</summary>
    /// <param name="file">The file.</param>
    /// <param name="options">The shape of the model.</param>
    /// <param name="vocabularySize">V.</param>
    /// <param name="weights">What the matrices are made of.</param>
    /// <exception cref="InvalidDataException">A tensor is missing, is one too many, or has another shape or type.</exception>
    public static void Check(SafetensorsFile file, LanguageModelOptions options, int vocabularySize, WeightFormat weights)
    {
        var owner = weights == WeightFormat.Float32 ? $"this {options.Cell.Name} model" : $"this {options.Cell.Name} model of {LanguageModelJson.NameOf(weights)} weights";
        var expected = Expected(options, vocabularySize, weights);
        foreach (var (name, sizes, formula, type) in expected)
        {
            if (sizes.Aggregate(1L, (product, size) => product * size) > int.MaxValue)
                throw new InvalidDataException($"{file.Name}: metadata '{LanguageModelFile.ConfigurationKey}' asks for a tensor '{name}' of [{string.Join(", ", sizes)}]; one tensor holds at most {int.MaxValue} values.");
            var tensor = file.Require(name, new([.. sizes.Select(size => (int)size)]), owner, formula);
            if (type is { } required && tensor.Type != required)
                throw tensor.Invalid($"holds {SafetensorsFormat.NameOf(tensor.Type)}; {owner} needs {SafetensorsFormat.NameOf(required)}.");
        }

        if (file.Tensors.Count == expected.Count)
            return;
        var names = expected.Select(entry => entry.Name).ToHashSet(StringComparer.Ordinal);
        var extra = file.Tensors.First(tensor => !names.Contains(tensor.Name));
        throw new InvalidDataException(
            $"{file.Name}: the tensor {SafetensorsFormat.Quote(extra.Name)} is not part of {owner} of {options.Layers} layers; expected {expected.Count} tensors, found {file.Tensors.Count}.");
    }

    /// <summary>The tensors of a quantized model, their shapes and types being checked.</summary>
    /// <exception cref="InvalidDataException">A byte is −128, or a scale is not positive or so large that its bytes are infinite.</exception>
    public static IReadOnlyList<StoredWeights> Read(SafetensorsFile file, LanguageModelOptions options, int vocabularySize, WeightFormat weights) =>
    [
        .. LanguageModelWeights.ShapesOf(options, vocabularySize)
            .Select(entry => Read(file, entry.Name, entry.Shape.Length == 1 ? WeightFormat.Float32 : weights)),
    ];

    private static StoredWeights Read(SafetensorsFile file, string name, WeightFormat format)
    {
        var tensor = file.Require(name);
        if (format != WeightFormat.Int8)
            return new(name, tensor.ToShape(), format, tensor.Memory, []);
        if (tensor.Bytes.IndexOf(Minus128) is var index and >= 0)
            throw tensor.Invalid(string.Create(CultureInfo.InvariantCulture, $"holds -128 at index {index}; expected -127 to 127."));
        var scales = file.Require(name + ScaleSuffix);
        var values = scales.ToSingleArray();
        for (var row = 0; row < values.Length; row++)
        {
            if (!(values[row] > 0 && values[row] <= Int8Matrix.LargestScale))
                throw scales.Invalid(string.Create(CultureInfo.InvariantCulture, $"holds {values[row]} at index {row}; a scale is positive and at most {Int8Matrix.LargestScale}."));
        }

        return new(name, tensor.ToShape(), format, tensor.Memory, values);
    }

    /// <summary>Names, shapes and types; float32 models may hold any floating-point type, as files of other programs do.</summary>
    private static List<(string Name, long[] Shape, string Formula, SafetensorsType? Type)> Expected(
        LanguageModelOptions options, int vocabularySize, WeightFormat weights)
    {
        var expected = new List<(string, long[], string, SafetensorsType?)>();
        foreach (var (name, shape, formula) in LanguageModelWeights.ShapesOf(options, vocabularySize))
        {
            var isNarrow = weights != WeightFormat.Float32;
            expected.Add((name, shape, formula, isNarrow ? TypeOf(shape.Length == 1 ? WeightFormat.Float32 : weights) : null));
            if (weights == WeightFormat.Int8 && shape.Length == 2)
                expected.Add((name + ScaleSuffix, [shape[0]], formula[..formula.LastIndexOf(',')], SafetensorsType.F32));
        }

        return expected;
    }

    private static SafetensorsType TypeOf(WeightFormat format) => format switch
    {
        WeightFormat.BFloat16 => SafetensorsType.BF16,
        WeightFormat.Int8 => SafetensorsType.I8,
        _ => SafetensorsType.F32,
    };
}
