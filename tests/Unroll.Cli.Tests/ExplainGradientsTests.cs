using System.Text.Json;
using Unroll.Cli.Gradients;
using Unroll.Optimizers;

namespace Unroll.Cli.Tests;

/// <summary><c>unroll explain gradients</c>.</summary>
public sealed class ExplainGradientsTests
{
    private static readonly byte[] pngSignature = [0x89, (byte)'P', (byte)'N', (byte)'G'];

    [Fact]
    public void It_measures_draws_and_writes_into_the_folder_it_is_told()
    {
        using var place = new Workplace();
        var output = place.Run("explain", "gradients", "--steps", "20", "--updates", "20", "--out", "pictures").Good().Output;
        foreach (var expected in GradientSubject.All.Select(subject => subject.Name).Concat(ClippingStudy.Kinds.Select(kind => kind.Name)).Append("guessing costs 2.079 nats"))
            Assert.Contains(expected, output, StringComparison.Ordinal);

        string[] files = ["clipping.png", "curves.png", "gradients.html", "training.png", "units-after.png", "units-before.png"];
        Assert.Equal(files.Select(file => Path.Combine("pictures", file)), place.Files());
        foreach (var file in files)
            Assert.Contains(Path.Combine("pictures", file), output, StringComparison.Ordinal);
        foreach (var picture in files.Where(file => file.EndsWith(".png", StringComparison.Ordinal)))
            Assert.Equal(pngSignature, File.ReadAllBytes(place.At(Path.Combine("pictures", picture)))[..4]);
    }

    [Fact]
    public void The_page_asks_no_network_for_anything()
    {
        using var place = new Workplace();
        place.Run("explain", "gradients", "--steps", "10", "--updates", "0", "--out", "p").Good();
        var page = File.ReadAllText(place.At(Path.Combine("p", "gradients.html")));
        Assert.Contains("flow-data", page, StringComparison.Ordinal);
        // The only address is the name of the SVG vocabulary, which nobody fetches.
        Assert.DoesNotContain("://", page.Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal), StringComparison.Ordinal);
        foreach (var way in new[] { "<link", "@import", "src=\"h", "fetch(", "url(h" })
            Assert.DoesNotContain(way, page, StringComparison.Ordinal);
        var start = page.IndexOf("id=\"flow-data\">", StringComparison.Ordinal) + "id=\"flow-data\">".Length;
        var data = JsonDocument.Parse(page[start..page.IndexOf("</script>", start, StringComparison.Ordinal)]).RootElement;
        Assert.Equal(10, data.GetProperty("steps").GetInt32());
        Assert.Equal(GradientSubject.All.Count, data.GetProperty("networks").GetArrayLength());
        var look = data.GetProperty("networks")[0].GetProperty("looks")[0];
        Assert.Equal(10, look.GetProperty("curve").GetArrayLength());
        Assert.Equal(10 * StudyOptions.HiddenSize, look.GetProperty("map").GetBytesFromBase64().Length);
    }

    /// <summary>Without training the figures are those of the weights that the networks start with.</summary>
    [Fact]
    public void Json_has_the_norms_and_what_is_read_from_them()
    {
        using var place = new Workplace();
        var lines = place.Run("explain", "gradients", "--steps", "40", "--updates", "0", "--json").Good().Lines.Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(["start", .. GradientSubject.All.Select(_ => "network"), "done"], lines.Select(line => line.GetProperty("event").GetString()!));
        Assert.StartsWith("runs", lines[0].GetProperty("out").GetString(), StringComparison.Ordinal);
        foreach (var network in lines[1..^1])
        {
            var look = Assert.Single(network.GetProperty("looks").EnumerateArray());
            double[] norms = [.. look.GetProperty("hiddenNorms").EnumerateArray().Select(norm => norm.GetDouble())];
            Assert.Equal(40, norms.Length);
            Assert.Equal(norms[0] / norms[^1], look.GetProperty("firstOverLast").GetDouble(), 1e-12);
            var factor = look.GetProperty("factorPerStep").GetDouble();
            Assert.Equal(-Math.Log(2) / Math.Log(factor), look.GetProperty("halfLife").GetDouble(), 1e-6);
            Assert.Equal(network.GetProperty("cell").GetString() == "lstm", look.TryGetProperty("stateNorms", out _));
        }

        double Factor(string name) => lines.First(line => line.TryGetProperty("name", out var value) && value.GetString() == name).GetProperty("looks")[0].GetProperty("factorPerStep").GetDouble();
        // tanh' is at most 1, so an orthogonal matrix times 0.9 lets no more than 0.9 through at a step.
        Assert.InRange(Factor("tanh, radius 0.9"), 0.5, 0.9);
        Assert.InRange(Factor("relu, radius 1.1"), 1.05, 1.11);
        Assert.True(Factor("LSTM, forget bias 0") < Factor("LSTM, forget bias 1"));
        Assert.True(Factor("GRU, update bias 0") < Factor("GRU, update bias 5"));
    }

    [Fact]
    public void Without_clipping_the_loss_becomes_no_number_and_with_it_the_network_learns()
    {
        var runs = ClippingStudy.Kinds.Select(kind => ClippingStudy.Run(kind, seed: 1)).ToList();
        Assert.NotNull(runs[0].Diverged);
        Assert.False(double.IsFinite(runs[0].Losses[^1]));
        foreach (var run in runs[1..])
        {
            Assert.Null(run.Diverged);
            Assert.Equal(ClippingStudy.Updates, run.Losses.Count);
            Assert.Equal(runs[0].Losses[0], run.Losses[0]);
            Assert.InRange(run.FinalLoss!.Value, 0, 0.2);
            // There was something to clip.
            Assert.True(run.LargestNorm > 10);
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_figures()
    {
        var options = new StudyOptions(TimeSteps: 12, Updates: 10, Seed: 3);
        var (first, second) = (GradientStudy.Run(GradientSubject.All[6], options), GradientStudy.Run(GradientSubject.All[6], options));
        Assert.Equal([0, 1, 4, 10], first.Looks.Select(look => look.Update));
        Assert.Equal(first.Looks.SelectMany(look => look.Hidden), second.Looks.SelectMany(look => look.Hidden));
        Assert.NotEqual(first.Looks[0].Hidden, GradientStudy.Run(GradientSubject.All[6], options with { Seed = 4 }).Looks[0].Hidden);
    }

    /// <summary>The norm of a picture is that of the units it is made of.</summary>
    [Fact]
    public void The_units_add_up_to_the_norm()
    {
        var flows = GradientStudy.Run(GradientSubject.All[0], new(TimeSteps: 10, Updates: 0, Seed: 1));
        var look = Assert.Single(flows.Looks);
        for (var step = 0; step < look.Hidden.Length; step++)
            Assert.Equal(look.Hidden[step], Math.Sqrt(look.Units[step].Sum(unit => unit * unit) * StudyOptions.BatchSize), 1e-9);
    }

    [Fact]
    public void A_network_that_stops_giving_numbers_is_told_of_and_the_others_go_on()
    {
        var network = new SubjectNetwork(GradientSubject.All[4], hiddenSize: 8, new Sgd(1e6f), seed: 1);
        var losses = Enumerable.Range(0, 20).Select(_ => network.Update(60, 4, new("none"))).ToList();
        Assert.Contains(losses, loss => !double.IsFinite(loss));
    }

    [Fact]
    public void What_it_is_told_wrongly_is_one_line()
    {
        using var place = new Workplace();
        place.Write("taken.txt", "x");
        place.Run("explain").Bad(2, "no verb given", "gradients");
        place.Run("explain", "gradient").Bad(2, "there is no verb 'gradient'", "gradients");
        place.Run("explain", "gradients", "--steps", "5").Bad(2, "--steps 5", "from 10 to 1000");
        place.Run("explain", "gradients", "--updates", "-1").Bad(2, "--updates -1", "from 0 to");
        place.Run("explain", "gradients", "--out", "taken.txt").Bad(1, "--out taken.txt", "this is a file");
        place.Run("explain", "gradients", "--out", "taken.txt/below").Bad(1, "cannot be written to");
        place.Run("explain", "gradients", "--outt", "x").Bad(2, "Did you mean --out?");
        Assert.Equal(["taken.txt"], place.Files());
    }
}
