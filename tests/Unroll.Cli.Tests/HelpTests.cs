namespace Unroll.Cli.Tests;

public sealed class HelpTests
{
    [Theory]
    [InlineData("", "unroll train text")]
    [InlineData("train", "unroll train text")]
    [InlineData("train text", "unroll train text shakespeare.txt --epochs 5")]
    [InlineData("train classify", "unroll train classify reviews.csv --text review")]
    [InlineData("train forecast", "unroll train forecast sales.csv --target sold --known price,holiday")]
    [InlineData("backtest", "unroll backtest sales.safetensors sales.csv --test 0.3 --refit 6")]
    [InlineData("check", "unroll check data reviews.csv")]
    [InlineData("check data", "unroll check data sensors.csv --group recording")]
    [InlineData("predict", "unroll predict reviews.safetensors new.csv --json")]
    [InlineData("generate", "unroll generate shakespeare.safetensors --prompt")]
    [InlineData("evaluate", "unroll evaluate shakespeare.safetensors sonnets.txt")]
    [InlineData("info", "unroll info shakespeare.safetensors")]
    [InlineData("bench", "unroll bench --threads 1")]
    [InlineData("cells", "unroll cells indrnn --input 64 --hidden 512")]
    [InlineData("hello", "unroll hello --cell gru")]
    [InlineData("quantize", "unroll quantize shakespeare.safetensors --weights int8")]
    public void Every_verb_shows_an_example(string verb, string example)
    {
        using var place = new Workplace();
        var help = place.Run([.. verb.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]).Good().Output;
        Assert.Contains("Example", help, StringComparison.Ordinal);
        Assert.Contains(example, help, StringComparison.Ordinal);
        Assert.Empty(place.Files());
    }

    [Theory]
    [InlineData("train text", "--cell --hidden --layers --layer-sizes --connection --trainable-start --embedding --dropout --variational-dropout --recurrent-dropout --zoneout --zoneout-state --tokens --window --batch --optimizer --learning-rate --schedule --clip-norm --clip-value --epochs --minutes --validation --seed --threads --memory-budget --out --checkpoint --checkpoint-every --resume --json --dry-run --verbose")]
    [InlineData("train classify", "--test --validation --text --label --group --channels --tokens --maximum-words --cell --hidden --layers --bidirectional --pooling --embedding --dropout --variational-dropout --token-dropout --balance --batch --optimizer --learning-rate --schedule --clip-norm --epochs --minutes --patience --seed --threads --out --resume --json --verbose")]
    [InlineData("train forecast", "--example --target --time --series --each --past --known --date-format --decimal --frequency --aggregate --horizon --context --season --kind --output --scaling --anchor --transform --no-calendar --samples --validation --test --cell --hidden --layers --series-embedding --dropout --variational-dropout --batch --optimizer --learning-rate --schedule --clip-norm --epochs --minutes --patience --seed --threads --out --diagnose --resume --json --verbose")]
    [InlineData("backtest", "--test --stride --refit --report --threads --json --verbose")]
    [InlineData("predict", "--text --column --group --channels --follow --start --series-name --plot --explain --top --json --verbose")]
    [InlineData("check data", "--test --text --label --group --channels --json --verbose")]
    [InlineData("bench", "--threads --seconds --json --verbose")]
    [InlineData("generate", "--prompt --length --temperature --top-k --top-p --seed")]
    [InlineData("cells", "--input --hidden --json --verbose")]
    [InlineData("hello", "--cell --seed --json --verbose")]
    [InlineData("quantize", "--weights --out --evaluate --json")]
    public void Help_lists_every_option(string verb, string options)
    {
        using var place = new Workplace();
        var help = place.Run([.. verb.Split(' '), "--help"]).Good().Output;
        foreach (var option in options.Split(' '))
            Assert.Contains($"\n  {option} ", help, StringComparison.Ordinal);
    }

    [Fact]
    public void The_version_is_that_of_the_library()
    {
        using var place = new Workplace();
        Assert.StartsWith("0.2.0", place.Run("--version").Good().Output, StringComparison.Ordinal);
    }
}
