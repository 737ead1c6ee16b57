using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Unroll.Cli.Tests;

public sealed class ForecastTests
{
    private static readonly string[] Quick = For("20");

    [Fact]
    public void A_table_becomes_a_model_beside_naive_forecasts_with_pictures_table_and_page()
    {
        using var place = new Workplace();
        place.Write("load.csv", Waves(240, ","));
        var run = place.Run(["train", "forecast", "load.csv", "--season", "12", "--anchor", "mean", "--json", .. Quick]).Good();
        using var start = JsonDocument.Parse(run.Lines[0]);
        Assert.Equal("day", start.RootElement.GetProperty("frequency").GetString());
        Assert.Equal(0, start.RootElement.GetProperty("notes").GetArrayLength());
        using var done = JsonDocument.Parse(run.Lines[^1]);
        var test = done.RootElement.GetProperty("test");
        // A wave of twelve steps with a little noise: persistence is wrong by half of it, last season's value by the noise.
        Assert.True(test.GetProperty("mae").GetDouble() < test.GetProperty("baselines").GetProperty("persistence").GetProperty("mae").GetDouble() / 2);
        Assert.Equal(4, test.GetProperty("byHorizon").GetArrayLength());
        Assert.Equal(4, done.RootElement.GetProperty("forecast").GetProperty("load").GetArrayLength());
        Assert.Contains("part:test|", test.GetProperty("signature").GetString(), StringComparison.Ordinal);
        Assert.Equal(
            ["load.csv", "model.checkpoint.safetensors", "model.forecast.csv", "model.forecast.png", "model.png", "model.report.html", "model.safetensors"], place.Files());
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], File.ReadAllBytes(place.At("model.forecast.png"))[..4]);
        var page = File.ReadAllText(place.At("model.report.html"));
        foreach (var expected in new[] { "Beside naive forecasts", "linear autoregression", "Errors by steps ahead", "How often intervals hold" })
            Assert.Contains(expected, page, StringComparison.Ordinal);
        var table = File.ReadAllLines(place.At("model.forecast.csv"));
        Assert.Equal("series,target,time,ahead,value,low50,high50,low80,high80,low90,high90,low95,high95", table[0]);
        Assert.StartsWith(",load,2020-08-28,1,", table[1], StringComparison.Ordinal);

        // The forecast of the run, the verb and the end of what is followed are one.
        Assert.Equal(table, place.Run("predict", "model.safetensors", "load.csv", "--plot", "next.png").Good().Lines.Select(line => line.TrimEnd('\r')));
        Assert.Contains("next.png", place.Files());
        var info = place.Run("info", "model.safetensors").Good().Output;
        foreach (var expected in new[] { "forecaster, LSTM 1×8, direct, gaussian", "forecast load", "of a day", "calibrated", "head.weight", "mean absolute error" })
            Assert.Contains(expected, info, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(place.Run("info", "model.safetensors", "--json").Good().Output);
        Assert.Equal("forecaster", json.RootElement.GetProperty("kind").GetString());
        place.Run("generate", "model.safetensors").Bad(1, "a model of kind 'forecaster'; expected 'language-model'");
        place.Run("predict", "model.safetensors", "--text", "words").Bad(2, "--text is for models that give labels");
    }

    [Fact]
    public void Values_can_be_followed_after_a_history_and_alone()
    {
        using var place = new Workplace();
        var all = Waves(120, ",").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        place.Write("whole.csv", string.Join('\n', all) + "\n");
        place.Write("before.csv", string.Join('\n', all[..^3]) + "\n");
        place.Run(["train", "forecast", "whole.csv", .. Quick]).Good();
        var program = Path.Combine(AppContext.BaseDirectory, "Unroll.Cli");
        var last = string.Concat(all[^3..].Select(line => line.Split(',')[1] + "\\n"));
        var followed = place.Shell($"cd {place.Folder} && printf '{last}' | {program} predict model.safetensors before.csv --follow --json").Good();
        Assert.Equal(3, followed.Lines.Length);
        Assert.Equal(place.Run("predict", "model.safetensors", "whole.csv", "--json").Good().Output, followed.Lines[^1] + "\n");
        var alone = place.Shell($"cd {place.Folder} && printf '5\\n\\n6\\n' | {program} predict model.safetensors --follow --start 2024-02-28").Good();
        Assert.Equal(["2024-02-29", "2024-03-01", "2024-03-02"], alone.Lines.Select(line => line[..line.IndexOf('\t')]));
        place.Shell($"cd {place.Folder} && printf '5\\nfive\\n' | {program} predict model.safetensors --follow --start 2024-02-28").Bad(1, "standard input line 2, value 1: 'five' is no finite number");
        place.Shell($"cd {place.Folder} && printf '5,6\\n' | {program} predict model.safetensors --follow --start 2024-02-28").Bad(1, "standard input line 1: there are 2 values; a step of this model has 1: load");
        place.Run("predict", "model.safetensors", "--follow").Bad(2, "the steps of this model are a day apart", "--start 2024-01-01");
    }

    [Fact]
    public void An_interrupted_run_goes_on_to_the_same_model()
    {
        using var place = new Workplace();
        place.Write("load.csv", Waves(400, ","));
        string[] options = ["--horizon", "4", "--context", "12", "--epochs", "60", "--batch", "2", "--hidden", "16", "--dropout", "0.2", "--patience", "1000"];
        place.Run(["train", "forecast", "load.csv", "--out", "whole.safetensors", .. options]).Good();
        using (var running = place.Start(["train", "forecast", "load.csv", "--out", "half.safetensors", "--json", .. options]))
        {
            running.WaitFor("\"progress\"");
            running.PressControlC();
            var outcome = running.Wait();
            if (outcome.ExitCode != 0)
                outcome.Bad(1, "interrupted after update", "train forecast --resume half.checkpoint.safetensors --out half.safetensors");
        }

        place.Run("train", "forecast", "--resume", "half.checkpoint.safetensors", "--out", "half.safetensors").Good();
        Assert.Equal(place.Run("predict", "whole.safetensors", "load.csv").Good().Output, place.Run("predict", "half.safetensors", "load.csv").Good().Output);
    }

    [Fact]
    public void A_backtest_rolls_over_the_last_part_and_can_train_before_each_block()
    {
        using var place = new Workplace();
        place.Write("load.csv", Waves(240, ","));
        var trained = place.Run(["train", "forecast", "load.csv", "--json", .. Quick]).Good();
        using var done = JsonDocument.Parse(trained.Lines[^1]);
        using var back = JsonDocument.Parse(place.Run("backtest", "model.safetensors", "load.csv", "--json").Good().Output);
        Assert.Equal(
            done.RootElement.GetProperty("test").GetProperty("mae").GetDouble(), back.RootElement.GetProperty("test").GetProperty("mae").GetDouble());
        Assert.Equal(JsonValueKind.Null, back.RootElement.GetProperty("warning").ValueKind);
        Assert.Contains("it has seen some of what it is measured on", place.Run("backtest", "model.safetensors", "load.csv", "--test", "0.5").Good().Output, StringComparison.Ordinal);

        var blocks = place.Run("backtest", "model.safetensors", "load.csv", "--refit", "3", "--json").Good().Lines.Select(line => JsonDocument.Parse(line)).ToList();
        Assert.Equal(["block", "block", "block", "done"], blocks.Select(line => line.RootElement.GetProperty("event").GetString()!));
        // 48 days of the test part in blocks of 16, one after the other.
        Assert.Equal(
            ["2020-07-11", "2020-07-26", "2020-07-27", "2020-08-11", "2020-08-12", "2020-08-27"],
            blocks[..3].SelectMany(block => new[] { block.RootElement.GetProperty("first").GetString()!, block.RootElement.GetProperty("last").GetString()! }));
        var mean = blocks[..3].Sum(block => Weight(block) * block.RootElement.GetProperty("test").GetProperty("mae").GetDouble()) / blocks[..3].Sum(Weight);
        Assert.Equal(mean, blocks[3].RootElement.GetProperty("mae").GetDouble(), 9);
        blocks.ForEach(block => block.Dispose());

        static double Weight(JsonDocument block) => block.RootElement.GetProperty("test").GetProperty("values").GetDouble();
    }

    [Fact]
    public void Many_series_lie_under_or_beside_each_other_and_give_the_same_model()
    {
        using var place = new Workplace();
        var (under, beside) = (new StringBuilder("month;shop;sold\n"), new StringBuilder("month;north;south\n"));
        foreach (var (shop, phase) in new[] { ("north", 0), ("south", 3) })
        {
            for (var month = 0; month < 72; month++)
                under.AppendLine(CultureInfo.InvariantCulture, $"{Month(month)};{shop};{Comma(Sold(month + phase))}");
        }

        for (var month = 0; month < 72; month++)
            beside.AppendLine(CultureInfo.InvariantCulture, $"{Month(month)};{Comma(Sold(month))};{Comma(Sold(month + 3))}");
        place.Write("under.csv", "\uFEFF" + under);
        place.Write("beside.csv", beside.ToString());
        string[] own = ["--decimal", "comma", "--series-embedding", "2"];
        var first = place.Run(["train", "forecast", "under.csv", "--series", "shop", .. own, .. Quick]).Good();
        Assert.Contains("2 series of 72 steps of a month", first.Output, StringComparison.Ordinal);
        var predicted = place.Run("predict", "model.safetensors", "under.csv").Good().Lines;
        place.Run(["train", "forecast", "beside.csv", "--each", "--target", "all", .. own, .. Quick]).Good();
        Assert.Equal(
            predicted.Skip(1).Select(line => line.Replace(",sold,", ",value,", StringComparison.Ordinal)), place.Run("predict", "model.safetensors", "beside.csv").Good().Lines.Skip(1));

        static string Month(int month) => string.Create(CultureInfo.InvariantCulture, $"{2015 + (month / 12)}-{(month % 12) + 1:D2}");
        static double Sold(int month) => 10 + (3 * Math.Sin(month * Math.PI / 6));
        static string Comma(double value) => value.ToString("F2", CultureInfo.InvariantCulture).Replace('.', ',');
    }

    [Fact]
    public void Columns_that_are_known_ahead_are_read_ahead()
    {
        using var place = new Workplace();
        var rows = new StringBuilder("date,sold,sale,weather\n");
        for (var day = 0; day < 244; day++)
        {
            var sale = day % 11 is 3 or 7 ? 1 : 0;
            rows.AppendLine(CultureInfo.InvariantCulture, $"{new DateTime(2020, 1, 1).AddDays(day):yyyy-MM-dd},{(day < 240 ? (10 + (5 * sale)).ToString(CultureInfo.InvariantCulture) : "")},{sale},{day % 5}");
        }

        place.Write("shop.csv", rows.ToString());
        var run = place.Run(["train", "forecast", "shop.csv", "--target", "sold", "--known", "sale", "--past", "weather", "--no-calendar", .. For("100")]).Good();
        Assert.Contains("forecast sold; read weather; known ahead sale", run.Output, StringComparison.Ordinal);
        Assert.Contains("'sold': 4 cells are empty and count as missing", run.Output, StringComparison.Ordinal);
        var lines = place.Run("predict", "model.safetensors", "shop.csv").Good().Lines;
        Assert.Equal(5, lines.Length);
        foreach (var (ahead, line) in lines.Skip(1).Index())
            Assert.Equal(10 + ((240 + ahead) % 11 is 3 or 7 ? 5 : 0), double.Parse(line.Split(',')[4], CultureInfo.InvariantCulture), 1.5);
        place.Write("gap.csv", rows.ToString().Replace("2020-08-20,10,0,", "2020-08-20,10,,", StringComparison.Ordinal));
        place.Run(["train", "forecast", "gap.csv", "--target", "sold", "--known", "sale", .. Quick]).Bad(1, "gap.csv: 'sale' is to be known ahead and has no value at 2020-08-20. Fill the gap");
        place.Write("short.csv", string.Join('\n', rows.ToString().Split('\n')[..^4]) + "\n");
        place.Run("predict", "model.safetensors", "short.csv").Bad(1, "short.csv: sale must be there for 4 steps ahead; add rows without sold");
        place.Run("predict", "model.safetensors", "--follow", "--start", "2020-01-01").Bad(1, "this model needs 'sale' for the steps ahead");
        place.Run(["train", "forecast", "shop.csv", "--target", "sold", "--past", "weather", "--kind", "autoregressive", .. Quick]).Bad(1, "'weather' is not known there");
    }

    [Theory]
    [InlineData("date,v\n2020-01-01,1\n2020-01-02,x\n", "a.csv line 3, column 'v': 'x' is no number")]
    [InlineData("date;v\n2020-01-01;1\n2020-01-02;1,5\n", "a.csv line 3, column 'v': '1,5' has a decimal comma", "--decimal comma")]
    [InlineData("date,v\n2020-01-01,1\n2020-01-02,1,5\n", "a.csv line 3: the row has 3 columns; the first line has 2", "decimal comma")]
    [InlineData("date,v\n2020-01-01,1\n2020-01-02;1\n", "It has semicolons in it: does the file mix delimiters?")]
    [InlineData("date,v\n2020-01-01,1\n2020-01-01,2\n2020-01-02,2\n", "a.csv line 3: the time 2020-01-01 stands on line 2 already")]
    [InlineData("date,v\n2020-01-01,1\nsoon,2\n", "a.csv line 3, column 'date': 'soon' is no time", "--date-format")]
    [InlineData("date,v\n2020-01-01,1\n2020-01-02,Infinity\n", "a.csv line 3, column 'v': 'Infinity' is not finite")]
    [InlineData("date,v\n2020-01-01 10:00:00,1\n2020-01-01 10:07:13,2\n2020-01-03 00:00:00,3\n", "the times are at no regular distance")]
    [InlineData("date,v,w\n2020-01-01,1,2\n", "more than one column holds numbers: 'v', 'w'", "--target w")]
    [InlineData("date,v\n2020-01-01,1\n", "no series has two different times")]
    [InlineData("date,v\n", "there is no row of data")]
    [InlineData("", "the file is empty")]
    [InlineData("1\n2\n3\n4\n5\n", "the training part of the longest series has 3 steps, and the horizon is 4; at least 6 are needed")]
    [InlineData("date,a,a\n2020-01-01,1,2\n", "two columns are called 'a'")]
    [InlineData("series,v\n,1\n", "column 'series': the name of the series is empty")]
    public void Bad_tables_are_refused_with_line_column_and_remedy(string text, params string[] words)
    {
        using var place = new Workplace();
        place.Write("a.csv", text);
        place.Run(["train", "forecast", "a.csv", .. Quick]).Bad(1, words);
        Assert.Equal(["a.csv"], place.Files());
    }

    [Fact]
    public void What_is_done_to_rows_is_told()
    {
        using var place = new Workplace();
        var rows = Waves(60, ",").Split('\n', StringSplitOptions.RemoveEmptyEntries).ToList();
        rows.RemoveAt(20);
        (rows[30], rows[31]) = (rows[31], rows[30]);
        rows.Add(rows[^1]);
        place.Write("a.csv", string.Join('\n', rows) + "\n");
        place.Run(["train", "forecast", "a.csv", .. Quick]).Bad(1, "stands on line 60 already. Remove one, or say how they are brought together");
        var run = place.Run(["train", "forecast", "a.csv", "--aggregate", "mean", "--frequency", "day", .. Quick]).Good();
        foreach (var expected in new[] { "1 rows stood before an earlier one and were sorted by time", "1 rows were brought together with others of their step (mean)", "1 of 60 steps have no row and count as missing" })
            Assert.Contains(expected, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_commands_are_told()
    {
        using var place = new Workplace();
        place.Write("a.csv", Waves(80, ","));
        place.Run("train", "forecast", "none.csv").Bad(1, "none.csv: there is no such file");
        place.Run("train", "forecast", "a.csv", "--example", "airline").Bad(2, "a file and --example contradict each other");
        place.Run("train", "forecast", "--target", "v").Bad(2, "options that name columns need a file");
        place.Run("train", "forecast", "a.csv", "--validation", "0.5", "--test", "0.5").Bad(2, "--validation and --test leave nothing to learn from");
        place.Run("train", "forecast", "a.csv", "--frequency", "fortnight").Bad(2, "--frequency fortnight: expected one such as 15min");
        place.Run("train", "forecast", "a.csv", "--target", "w").Bad(1, "there is no column 'w'; there are 'date', 'load'");
        place.Run("train", "forecast", "a.csv", "--anchor", "season", "--season", "0").Bad(1, "Forecasts are to be differences from the last season, and there is no season");
        place.Run("train", "forecast", "a.csv", "--transform", "log", "--output", "negative-binomial").Bad(1, "Counts are not transformed");
        place.Run("train", "forecast", "a.csv", "--out", "a.csv").Bad(2, "a.csv is read and would be replaced");
        Assert.Equal(["a.csv"], place.Files());
    }

    [Fact]
    public void Without_a_file_it_learns_the_sunspots()
    {
        using var place = new Workplace();
        var run = place.Run("train", "forecast", "--epochs", "1").Good();
        Assert.Equal("runs/sunspots-forecaster-lstm-1x32/", run.Lines[0]);
        Assert.Contains("2,820 steps of a month, 1749-01-01 to 1983-12-01", run.Output, StringComparison.Ordinal);
        Assert.Contains("144 steps of a month, 1949-01-01 to 1960-12-01", place.Run("train", "forecast", "--example", "airline", "--epochs", "1").Good().Output, StringComparison.Ordinal);
    }

    private static string[] For(string epochs) =>
        ["--horizon", "4", "--context", "12", "--epochs", epochs, "--batch", "4", "--hidden", "8", "--learning-rate", "0.01", "--out", "model.safetensors"];

    /// <summary>A wave of twelve days around 10, with a little noise that is the same each time.</summary>
    private static string Waves(int days, string delimiter)
    {
        var (rows, random) = (new StringBuilder($"date{delimiter}load\n"), new Random(1));
        for (var day = 0; day < days; day++)
            rows.AppendLine(CultureInfo.InvariantCulture, $"{new DateTime(2020, 1, 1).AddDays(day):yyyy-MM-dd}{delimiter}{10 + (4 * Math.Sin(day * Math.PI / 6)) + (0.2 * random.NextDouble()):F3}");
        return rows.ToString();
    }
}
