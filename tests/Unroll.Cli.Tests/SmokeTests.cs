namespace Unroll.Cli.Tests;

public sealed class SmokeTests
{
}
