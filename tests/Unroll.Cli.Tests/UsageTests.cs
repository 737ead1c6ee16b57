namespace Unroll.Cli.Tests;

public sealed class UsageTests
{
    [Theory]
    [InlineData("", "no verb given", "train, check, generate, evaluate, predict, backtest, info, bench")]
    [InlineData("train", "no verb given", "unroll train followed by one of: text")]
    [InlineData("learn", "no verb 'learn'", "unroll --help")]
    [InlineData("train text --hiden 5", "no option --hiden", "Did you mean --hidden?")]
    [InlineData("generate --promt x", "no option --promt", "Did you mean --prompt?")]
    [InlineData("generate", "MODEL", "unroll generate --help")]
    [InlineData("evaluate m.safetensors", "FILE", "unroll evaluate --help")]
    [InlineData("info a b", "'b' is one argument too many", "unroll info --help")]
    [InlineData("train text --hidden", "--hidden", "unroll train text --help")]
    [InlineData("train text --hidden 0", "--hidden 0: expected a whole number from 1 to 65536", "--hidden 256")]
    [InlineData("train text --hidden 1.5", "--hidden 1.5: expected a whole number", "--hidden 256")]
    [InlineData("train text --hidden 99999999999999999999", "--hidden 99999999999999999999: expected a whole number", "--hidden 256")]
    [InlineData("train text --layers -1", "--layers -1: expected a whole number from 1 to 64", "--layers 2")]
    [InlineData("train text --cell lstn", "--cell lstn: expected one of lstm, gru, rnn", "unroll train text --help")]
    [InlineData("train text --tokens runes", "--tokens runes: expected one of char, byte, word", "unroll train text --help")]
    [InlineData("train text --optimizer lion", "--optimizer lion: expected one of adamw, adam, sgd, rmsprop, adagrad", "unroll train text --help")]
    [InlineData("train text --schedule linear", "--schedule linear: expected one of cosine, constant, step", "unroll train text --help")]
    [InlineData("train text --learning-rate 0", "--learning-rate 0: expected a number above 0", "--learning-rate 0.002")]
    [InlineData("train text --learning-rate -0.1", "--learning-rate -0.1: expected a number above 0", "--learning-rate 0.002")]
    [InlineData("train text --learning-rate NaN", "--learning-rate NaN: expected a number above 0", "--learning-rate 0.002")]
    [InlineData("train text --learning-rate 0,1", "--learning-rate 0,1: expected a number above 0", "--learning-rate 0.002")]
    [InlineData("train text --dropout 1", "--dropout 1: expected a probability from 0 to below 1", "--dropout 0.2")]
    [InlineData("train text --validation 0", "--validation 0: expected a fraction above 0", "--validation 0.1")]
    [InlineData("train text --epochs 0", "--epochs 0: expected a whole number from 1", "--epochs 5")]
    [InlineData("train text --minutes -3", "--minutes -3: expected a number above 0", "--minutes 10")]
    [InlineData("train text --clip-value 0", "--clip-value 0: expected a number above 0", "--clip-value 0.5")]
    [InlineData("train text --layer-sizes 512,x", "--layer-sizes 512,x: expected 1 to 64 whole numbers from 1 to 65536", "--layer-sizes 512,256")]
    [InlineData("train text --layer-sizes 512,,256", "--layer-sizes 512,,256: expected 1 to 64 whole numbers", "--layer-sizes 512,256")]
    [InlineData("train text --layer-sizes 512,0", "--layer-sizes 512,0: expected 1 to 64 whole numbers", "--layer-sizes 512,256")]
    [InlineData("train text --layer-sizes 512,256 --hidden 5", "--layer-sizes and --hidden contradict each other", "Leave one of them out")]
    [InlineData("train text --layer-sizes 512,256 --layers 2", "--layer-sizes and --layers contradict each other", "Leave one of them out")]
    [InlineData("train text --connection dense", "--connection dense: expected one of plain, residual, highway", "unroll train text --help")]
    [InlineData("train text --connection residual --layers 1", "--connection residual: it stands at each layer above the first, and there is 1", "--layers 2")]
    [InlineData("train text --connection highway --layer-sizes 512,256", "--connection highway --layer-sizes 512,256: ", "--hidden 256 --layers 2")]
    [InlineData("train text --variational-dropout 1", "--variational-dropout 1: expected a probability from 0 to below 1", "--variational-dropout 0.2")]
    [InlineData("train text --recurrent-dropout 1", "--recurrent-dropout 1: expected a probability from 0 to below 1", "--recurrent-dropout 0.2")]
    [InlineData("train text --zoneout -0.1", "--zoneout -0.1: expected a probability from 0 to below 1", "--zoneout 0.05")]
    [InlineData("train text --zoneout-state 1", "--zoneout-state 1: expected a probability from 0 to below 1", "--zoneout-state 0.5")]
    [InlineData("train text --cell sru --recurrent-dropout 0.2", "--recurrent-dropout is not for sru: it has no recurrent matrix", "--cell lstm")]
    [InlineData("train text --cell gru --zoneout-state 0.2", "--zoneout-state is not for gru: it has no state besides its output", "--cell lstm")]
    [InlineData("train text --cell slstm --zoneout-state 0.2", "--zoneout-state is not for slstm: none of its states means anything", "--cell lstm")]
    [InlineData("train text --cell echo-state --zoneout 0.2", "--zoneout is not for echo-state: its recurrent weights are never trained", "--cell lstm")]
    [InlineData("train text --resume c.safetensors --zoneout 0.1", "--resume and --zoneout contradict each other", "Leave one of them out")]
    [InlineData("train text --resume c.safetensors --trainable-start", "--resume and --trainable-start contradict each other", "Leave one of them out")]
    [InlineData("train text --resume c.safetensors --connection plain", "--resume and --connection contradict each other", "Leave one of them out")]
    [InlineData("train text --epochs 2 --minutes 3", "--epochs and --minutes contradict each other", "Leave one of them out")]
    [InlineData("train text --clip-norm 1 --clip-value 1", "--clip-norm and --clip-value contradict each other", "Leave one of them out")]
    [InlineData("train text --resume c.safetensors --dry-run", "--resume and --dry-run contradict each other", "Leave one of them out")]
    [InlineData("train text --resume c.safetensors --hidden 5", "--resume and --hidden contradict each other", "Leave one of them out")]
    [InlineData("train text --threads 257", "--threads 257: expected a whole number from 1 to 256", "--threads 2")]
    [InlineData("generate m.safetensors --temperature -1", "--temperature -1: expected a number of at least 0", "--temperature 0.8")]
    [InlineData("generate m.safetensors --top-k 0", "--top-k 0: expected a whole number from 1", "--top-k 40")]
    [InlineData("generate m.safetensors --top-p 1.5", "--top-p 1.5: expected a probability above 0, at most 1", "--top-p 0.9")]
    [InlineData("bench --threads 0", "--threads 0: expected a whole number from 1 to 256", "--threads 2")]
    [InlineData("bench --seconds 0", "--seconds 0: expected a number above 0", "--seconds 120")]
    [InlineData("bench model.safetensors", "'model.safetensors' is one argument too many", "unroll bench --help")]
    [InlineData("hello --cell lstn", "--cell lstn: expected one of lstm, gru, rnn", "unroll hello --help")]
    [InlineData("hello --seed -1", "--seed -1: expected a whole number from 0", "--seed 1")]
    [InlineData("hello world", "'world' is one argument too many", "unroll hello --help")]
    [InlineData("generate m.safetensors --length -1", "--length -1: expected a whole number from 0", "--length 500")]
    public void A_wrong_command_line_is_one_line_and_exit_code_2(string line, string what, string remedy)
    {
        using var place = new Workplace();
        var outcome = place.Run(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Bad(2, what, remedy);
        Assert.Equal("", outcome.Output);
        Assert.Empty(place.Files());
    }

    [Fact]
    public void A_stack_trace_comes_only_when_asked_for()
    {
        using var place = new Workplace();
        place.Run("info", "missing.safetensors").Bad(1, "missing.safetensors");
        Assert.Contains("   at Unroll.Cli", place.Run("info", "missing.safetensors", "--verbose").Error, StringComparison.Ordinal);
    }
}
