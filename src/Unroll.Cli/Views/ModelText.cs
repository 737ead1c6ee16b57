using System.Globalization;
using System.Text;
using Unroll.Cells;
using Unroll.Data;
using Unroll.Layers;
using Unroll.Models;
using Unroll.Tensors;

namespace Unroll.Cli.Views;

/// <summary>A model in words.</summary>
internal static class ModelText
{
    /// <summary>The cell as people of the field write it.</summary>
    public static string CellName(Cell cell) => cell.Name switch
    {
        "lstm" => "LSTM",
        "gru" => "GRU",
        "rnn-tanh" => "RNN (tanh)",
        "rnn-relu" => "RNN (ReLU)",
        var name => name,
    };

    /// <summary>A weight format as options spell it.</summary>
    public static string WeightsName(WeightFormat weights) => weights switch
    {
        WeightFormat.BFloat16 => "bfloat16",
        WeightFormat.Int8 => "int8",
        _ => "float32",
    };

    /// <summary>A connection as options spell it.</summary>
    public static string ConnectionName(LayerConnection connection) => connection switch
    {
        LayerConnection.Residual => "residual",
        LayerConnection.Highway => "highway",
        _ => "plain",
    };

    /// <summary>Its shape on one line; of the stack what is not plain.</summary>
    public static string Describe(LanguageModelOptions options)
    {
        var sizes = options.LayerSizes is { } each ? string.Join('-', each) : FormattableString.Invariant($"{options.Layers}×{options.HiddenSize}");
        var connection = options.Connection == LayerConnection.Plain ? "" : $" {ConnectionName(options.Connection)}";
        var start = options.TrainableStart ? ", trainable start" : "";
        var rates = Rate("variational dropout", options.VariationalDropout) + Rate("recurrent dropout", options.RecurrentDropout)
            + Rate("zoneout", options.ZoneoutOutput) + Rate("state zoneout", options.ZoneoutState);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{CellName(options.Cell)} {sizes}{connection}{CellChoices(options.Cell)}, embedding {options.EmbeddingSize}, dropout {options.Dropout}{rates}{start}");
    }

    /// <summary>The constants of a cell and what is chosen for it, each after a comma.</summary>
    private static string CellChoices(Cell cell)
    {
        var constants = string.Concat(cell.Constants.Select(constant => $", {constant}"));
        var clip = cell.Clip is { } limit ? FormattableString.Invariant($", clip {limit}") : "";
        return constants + clip + (cell.HasHardActivations ? ", hard activations" : "");
    }

    private static string Rate(string name, float rate) => rate > 0 ? FormattableString.Invariant($", {name} {rate}") : "";

    /// <summary>A token as one can see it.</summary>
    public static string Token(Vocabulary vocabulary, int token)
    {
        if (vocabulary is ByteVocabulary)
            return token.ToString("X2", CultureInfo.InvariantCulture);
        var text = new StringBuilder();
        foreach (var character in vocabulary.Decode([token]).EnumerateRunes())
        {
            text.Append(character.Value switch
            {
                '\n' => "\\n",
                '\t' => "\\t",
                '\r' => "\\r",
                ' ' => "␠",
                _ when Rune.IsControl(character) => FormattableString.Invariant($"U+{character.Value:X4}"),
                _ => character.ToString(),
            });
        }

        return text.ToString();
    }
}
