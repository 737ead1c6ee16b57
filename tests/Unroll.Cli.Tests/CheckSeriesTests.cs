using System.Globalization;
using System.Text.Json;

namespace Unroll.Cli.Tests;

/// <summary>What <c>unroll check data --forecast</c> says of series.</summary>
public sealed class CheckSeriesTests : IDisposable
{
    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public void Good_series_are_described_and_followed_by_the_next_command()
    {
        place.Write("sales.csv", "date,sold,price,note\n" + Days(60, day => $"{10.5 + (day % 7)},{day % 3},x"));

        var lines = place.Run("check", "data", "sales.csv", "--target", "sold", "--known", "price").Good().Lines;

        Assert.Equal(
            [
                "data     sales.csv: series in a table, UTF-8, 0.0 MiB",
                "series   1 of 60 steps, one each day, from 2024-01-01 to 2024-02-29",
                "  'sold' target: 10.5 to 16.5, median 13.5",
                "  'price' known ahead: 0 to 2, median 1",
                "  not read: 'note'",
                "memory   about 0.0 MiB for the numbers while training, the model not counted",
                "usable   0 problems, 0 warnings",
            ],
            lines[..^1]);
        Assert.EndsWith(" train forecast sales.csv --target sold --known price", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Json_has_the_same_for_programs()
    {
        place.Write("many.csv", "series,value\n" + string.Concat(Enumerable.Range(0, 80).Select(step => FormattableString.Invariant($"{(step % 2 == 0 ? "a" : "b")},{step * 1.5}\n"))));

        using var json = JsonDocument.Parse(place.Run("check", "data", "many.csv", "--forecast", "--json").Good().Output);

        Assert.Equal(2, json.RootElement.GetProperty("series").GetInt32());
        Assert.Equal(80, json.RootElement.GetProperty("steps").GetInt32());
        Assert.Equal("step", json.RootElement.GetProperty("frequency").GetString());
        Assert.Equal("target", json.RootElement.GetProperty("columns")[0].GetProperty("role").GetString());
        Assert.Equal(0, json.RootElement.GetProperty("findings").GetArrayLength());
    }

    [Theory]
    [InlineData("date,x\n2024-01-01,1\n2024-01-01,2\n2024-01-02,2\n", "problem  s.csv line 3: the time 2024-01-01 stands on line 2 already. Remove one, or say how they are brought together.")]
    [InlineData("x\n1\n2\n3\n", "problem  s.csv: the training part of the longest series has 2 steps, and the horizon is 1; at least 3 are needed. Shorten the horizon, or keep less for validation and test.")]
    [InlineData("x\n1\n2\nhigh\n", "problem  s.csv line 4, column 'x': 'high' is no number; leave the cell empty where a value is missing, or name the columns to read with --target, --past and --known.")]
    [InlineData("", "problem  s.csv: the file is empty.")]
    public void What_training_refuses_is_a_problem(string table, string line)
    {
        place.Write("s.csv", table);
        Says(1, line);
        place.Run("train", "forecast", "s.csv", "--epochs", "1", "--horizon", "1").Bad(1);
    }

    [Fact]
    public void Short_series_are_warned_of_with_a_horizon_that_fits()
    {
        place.Write("s.csv", "x\n" + string.Concat(Enumerable.Range(0, 15).Select(step => FormattableString.Invariant($"{step}.5\n"))));
        var output = Says(0, "warning  s.csv: 9 steps are left to learn from when the last two fifths are kept for validation and test, too few for the usual horizon of 12; at most --horizon 7. Keep less with --validation and --test, or forecast less far.");
        Assert.EndsWith(" train forecast s.csv --horizon 7\n", output, StringComparison.Ordinal);
        place.Run("train", "forecast", "s.csv", "--horizon", "7", "--epochs", "1", "--out", "model.safetensors").Good();
        place.Run("train", "forecast", "s.csv", "--horizon", "8", "--epochs", "1").Bad(1);
    }

    [Fact]
    public void Gaps_stillness_and_far_values_are_named_with_their_time()
    {
        place.Write("s.csv", "date,x\n" + Days(400, day => day switch
        {
            50 => "900.5",
            >= 100 and < 103 => "",
            >= 200 and < 240 => "3.25",
            _ => (10.5 + Math.Sin(day)).ToString(CultureInfo.InvariantCulture),
        }));

        Says(0, "warning  s.csv: the column 'x' does not change for 40 steps from 2024-07-19 on; did what measures it stand still? Empty cells count as missing.");
        Says(0, "warning  s.csv: the column 'x' has values far from all others: 900.5 at 2024-02-20. If they are no true values, empty their cells.");
        Says(0, "note     s.csv: the column 'x' has no value at 3 of 400 steps (0.75 %); the longest gap has 3 steps, from 2024-04-10 on.");
        Says(0, "note     s.csv: the largest value of 'x' is 277 times the smallest of its series; --transform log learns what changes by its share.");
    }

    [Fact]
    public void Much_that_is_missing_copies_and_constant_columns_are_warned_of()
    {
        place.Write("s.csv", "date,a,b,c\n" + Days(100, day => $"{(day % 4 == 0 ? "" : FormattableString.Invariant($"{day}.5"))},7,{day % 5}"));
        Says(0, "warning  s.csv: the column 'a' has no value at 25 of 100 steps (25.00 %); the longest gap has 1 step, at 2024-01-01.", "--target", "a,b");
        Says(0, "warning  s.csv: the column 'b' is always 7; there is nothing to forecast.", "--target", "a,b");
        Says(0, "warning  s.csv: the column 'b' is always 7; it tells nothing.", "--target", "a", "--known", "b");
        Says(0, "note     s.csv: all targets are small counts; --output negative-binomial says what a count may be.", "--target", "c");
        place.Write("s.csv", "date,a,b,c\n" + Days(100, day => FormattableString.Invariant($"{day}.5,{day % 3}.5,{day}.5")));
        Says(0, "warning  s.csv: 1 of 3 series is a copy of another one: 'c' repeats 'a'. Each counts in every figure; leave copies out.", "--each", "--target", "all");
    }

    [Fact]
    public void Rows_that_were_sorted_are_noted()
    {
        place.Write("s.csv", "date,x\n2024-03-01,1.5\n" + Days(50, day => FormattableString.Invariant($"{day}.25")));
        Says(0, "note     s.csv: 1 rows stood before an earlier one and were sorted by time.");
    }

    [Fact]
    public void Options_of_the_two_kinds_of_data_do_not_mix()
    {
        place.Write("s.csv", "x\n1\n");
        place.Run("check", "data", "s.csv", "--forecast", "--label", "x").Bad(2, "--label is for examples with labels");
        place.Run("check", "data", "none.csv", "--forecast").Bad(1, "none.csv: there is no such file");
        place.Run("check", "data", "s.csv", "--frequency", "often").Bad(2, "--frequency often");
    }

    private static string Days(int count, Func<int, string> cells) => string.Concat(Enumerable.Range(0, count)
        .Select(day => $"{new DateTime(2024, 1, 1).AddDays(day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)},{cells(day)}\n"));

    private string Says(int exitCode, string line, params string[] options)
    {
        var outcome = place.Run(["check", "data", "s.csv", "--forecast", .. options]);
        Assert.Equal("", outcome.Error);
        Assert.True(outcome.Lines.Contains(line), $"The line\n{line}\nis not in\n{outcome.Output}");
        Assert.Equal(exitCode, outcome.ExitCode);
        return outcome.Output;
    }
}
