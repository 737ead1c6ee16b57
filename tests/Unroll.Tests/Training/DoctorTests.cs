using Unroll.Cells;
using Unroll.Optimizers;
using Unroll.Training;

namespace Unroll.Tests.Training;

/// <summary>Networks that are sick in one known way, and what the doctor says of each.</summary>
public sealed class DoctorTests
{
    private static readonly Unroll.Data.TextCorpus Text = Texts.Words(20_000);

    [Fact]
    public void A_tanh_network_with_a_small_spectral_radius_loses_the_gradient()
    {
        var report = new SickNetwork(Cell.RnnTanh).WithRadius(0.4f).Train(40, new Adam(1e-3f));

        var finding = Assert.Single(report.Findings, finding => finding.Kind == FindingKind.VanishingGradient);
        Assert.Equal("layer 0", finding.Place);
        Assert.Equal("vanishing-gradient", finding.Code);
        Assert.Matches(@"^In layer 0 the gradient at t−40 is [\d.]+e-\d+ of that at t \(half-life 0\.\d steps\)", finding.Message);
        Assert.Contains("LSTM", finding.Advice, StringComparison.Ordinal);
        // A step multiplies the gradient by the radius and the derivative of tanh, which is below 1.
        Assert.InRange(finding.Numbers["halfLife"], 0.5, 1);
        Assert.InRange(finding.Numbers["ratio"], 1e-30, Math.Pow(0.4, 40));
    }

    [Fact]
    public void A_relu_network_with_a_large_spectral_radius_lets_it_explode()
    {
        var report = new SickNetwork(Cell.RnnRelu).WithRadius(2.5f).Train(20, new Adam(1e-4f), clipNorm: null);

        var finding = Assert.Single(report.Findings, finding => finding.Kind == FindingKind.ExplodingGradient);
        Assert.Equal(FindingSeverity.Problem, finding.Severity);
        Assert.True(finding.Numbers["ratio"] > 100);
        Assert.Contains("explodes", finding.Message, StringComparison.Ordinal);
        Assert.Contains("Clip", finding.Advice, StringComparison.Ordinal);
        Assert.True(report.Layers[0].DecayPerStep > 1);
        Assert.Equal(double.PositiveInfinity, report.Layers[0].HalfLife);
    }

    [Fact]
    public void Numbers_that_run_over_are_a_divergence_with_its_update()
    {
        var report = new SickNetwork(Cell.RnnRelu).WithRadius(30).Train(20, new Sgd(0.1f), clipNorm: null);

        var finding = report.Findings[0];
        Assert.Equal(FindingKind.Diverged, finding.Kind);
        Assert.Equal(1, finding.Numbers["update"]);
        Assert.Contains("not both finite", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Units_of_a_large_negative_bias_are_dead()
    {
        // Of 24 units the first 18.
        var network = new SickNetwork(Cell.RnnRelu);
        network["bias_ih_l0"].Values[..18].Fill(-50);

        var report = network.Train(20, new Adam(1e-3f));

        var finding = Assert.Single(report.Findings, finding => finding.Kind == FindingKind.DeadUnits);
        Assert.Equal(FindingSeverity.Problem, finding.Severity);
        // Some of the others never fire either.
        Assert.InRange(finding.Numbers["dead"], 18, 23);
        Assert.Equal(finding.Numbers["dead"], finding.Numbers["zero"]);
        Assert.Contains($"{finding.Numbers["dead"]} of 24 units are dead: their output is always zero", finding.Message, StringComparison.Ordinal);
        Assert.Contains("relu", finding.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void Units_that_say_the_same_whatever_comes_in_are_dead_too()
    {
        var network = new SickNetwork(Cell.RnnTanh);
        network["bias_ih_l0"].Values[..6].Fill(40);

        var report = network.Train(20, new Adam(1e-3f));

        var finding = Assert.Single(report.Findings, finding => finding.Kind == FindingKind.DeadUnits);
        Assert.Equal(FindingSeverity.Warning, finding.Severity);
        Assert.Contains("6 of 24 units are dead: their output does not vary", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Large_weights_saturate_the_gates()
    {
        var report = new SickNetwork(Cell.Lstm).With("weight_hh_l0", value => value * 200).With("weight_ih_l0", value => value * 200).Train(20, new Adam(1e-3f));

        var findings = report.Findings.Where(finding => finding.Kind == FindingKind.SaturatedActivation).ToList();
        Assert.Contains(findings, finding => finding.Message.Contains("the values of the input gate are below 0.05 or above 0.95", StringComparison.Ordinal));
        Assert.Contains(findings, finding => finding.Message.Contains("the values of the candidate gate are beyond ±0.95", StringComparison.Ordinal));
        Assert.All(findings, finding => Assert.Contains("smaller weights", finding.Advice, StringComparison.Ordinal));
    }

    [Fact]
    public void An_open_forget_gate_is_no_fault_and_a_closed_one_is()
    {
        var open = new SickNetwork(Cell.Lstm);
        open["bias_ih_l0"].Values.Slice(24, 24).Fill(6);
        var closed = new SickNetwork(Cell.Lstm);
        closed["bias_ih_l0"].Values.Slice(24, 24).Fill(-6);

        var ofOpen = open.Train(20, new Adam(1e-3f));
        var ofClosed = closed.Train(20, new Adam(1e-3f));

        Assert.True(ofOpen.Layers[0].Activations.Single(gate => gate.Name == "forget").High > 0.9);
        Assert.DoesNotContain(ofOpen.Findings, finding => finding.Kind == FindingKind.SaturatedActivation);
        Assert.Contains(ofClosed.Findings, finding => finding.Message.Contains("the values of the forget gate are below 0.05,", StringComparison.Ordinal));
        Assert.True(ofOpen.Layers[0].HalfLife > 20);
    }

    [Fact]
    public void A_learning_rate_far_too_small_hardly_moves_the_weights()
    {
        var report = new SickNetwork(Cell.Gru).Train(40, new Sgd(1e-6f));

        var finding = Assert.Single(report.Findings, finding => finding.Kind == FindingKind.LearningRateTooSmall);
        Assert.Matches(@"^The update-to-weight ratio is [\d.]+e-\d+ at most in \S*weight\S*: the learning rate is small\.$", finding.Message);
        Assert.InRange(finding.Numbers["ratio"], 0, 1e-6);
    }

    [Theory]
    [InlineData(3f)]
    [InlineData(0.3f)]
    [InlineData(0.1f)]
    public void A_learning_rate_far_too_large_is_said_to_be_so(float rate)
    {
        var report = new SickNetwork(Cell.Lstm).Train(60, new Adam(rate));

        Assert.Single(report.Findings, finding => finding.Kind == FindingKind.LearningRateTooLarge);
    }

    [Fact]
    public void Clipping_that_is_the_rule_is_said_with_its_share()
    {
        var report = new SickNetwork(Cell.Gru).Train(40, new Adam(1e-3f), clipNorm: 1e-3f);

        var finding = Assert.Single(report.Findings, finding => finding.Kind == FindingKind.MostUpdatesClipped);
        Assert.StartsWith("100 % of the updates were clipped", finding.Message, StringComparison.Ordinal);
        Assert.Equal(1, report.ClippedShare);
    }

    [Fact]
    public void A_matrix_that_nothing_depends_on_gets_no_gradient()
    {
        var network = new SickNetwork(Cell.RnnRelu).With("bias_ih_l0", _ => -50);

        var report = network.Train(20, new Adam(1e-3f));

        Assert.Contains(report.Findings, finding => finding.Kind == FindingKind.NoGradient && finding.Place == "weight_hh_l0");
        Assert.Contains(report.Findings, finding => finding.Kind == FindingKind.DeadUnits && finding.Numbers["dead"] == 24);
    }

    [Theory]
    [InlineData("lstm")]
    [InlineData("gru")]
    [InlineData("layer-norm-lstm")]
    public void A_healthy_network_gets_no_alarm(string cell)
    {
        var model = new TinyModel(Text.Vocabulary.Size, Cell.Find(cell), hiddenSize: 32);
        var doctor = new NetworkDoctor();
        var trainer = new Trainer(model, new()
        {
            Optimizer = new AdamW(3e-3f),
            ClipNorm = 1,
            BatchSize = 8,
            WindowLength = 24,
            Doctor = doctor,
        });
        var last = trainer.Fit(Text, epochs: 3);

        var report = doctor.Report();
        Assert.True(last.ValidationLoss < 0.6 * Math.Log(Text.Vocabulary.Size));
        Assert.Equal([], report.Findings.Select(finding => finding.ToString()));
        Assert.Equal(last.Update, report.Updates);
        Assert.Equal(2, report.Layers.Count);
        Assert.All(report.Layers, layer => Assert.Equal(24, layer.GradientByDistance.Count));
    }

    [Fact]
    public void A_healthy_network_with_a_long_memory_gets_no_alarm()
    {
        var network = new SickNetwork(Cell.Lstm);
        network["bias_ih_l0"].Values.Slice(24, 24).Fill(4);

        var report = network.Train(200, new Adam(3e-3f));

        Assert.Equal([], report.Findings.Select(finding => finding.ToString()));
        Assert.True(report.Layers[0].HalfLife > 10);
    }
}
