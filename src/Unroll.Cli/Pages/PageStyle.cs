namespace Unroll.Cli.Pages;

/// <summary>How pages look. Colours have a contrast of at least 4.5 to 1 to what they stand on.</summary>
internal static class PageStyle
{
    /// <summary>The style sheet.</summary>
    public const string Text = """
        :root { --paper: #ffffff; --ink: #1b1f24; --faint: #59636e; --line: #d1d9e0; --fill: #f6f8fa; --accent: #0b62a8;
          --good: #1f7a4d; --note: #0b62a8; --warning: #9a5b00; --problem: #b3261e; }
        @media (prefers-color-scheme: dark) {
          :root { --paper: #14171b; --ink: #e6e9ec; --faint: #9aa5b1; --line: #343b44; --fill: #1d2127; --accent: #6cb6ff;
            --good: #5cc48f; --note: #6cb6ff; --warning: #e8a94a; --problem: #ff8a80; } }
        html { background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
        body { margin: 0; }
        main { max-width: 62rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
        h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 .5rem; }
        h2 { font-size: 1.2rem; margin: 2.5rem 0 .5rem; padding-top: .75rem; border-top: 1px solid var(--line); }
        p, ul { margin: .5rem 0; max-width: 48rem; }
        .lead, .advice, figcaption { color: var(--faint); }
        .box { background: var(--fill); border-left: .35rem solid var(--note); border-radius: .25rem; margin: .75rem 0; padding: .35rem 1rem; }
        .box strong { color: var(--note); margin-right: .25rem; }
        .box.good { border-color: var(--good); } .box.good strong { color: var(--good); }
        .box.warning { border-color: var(--warning); } .box.warning strong { color: var(--warning); }
        .box.problem { border-color: var(--problem); } .box.problem strong { color: var(--problem); }
        figure { margin: 1.25rem 0; }
        figure img, figure svg { width: 100%; height: auto; display: block; border: 1px solid var(--line); border-radius: .25rem; }
        figcaption { font-size: .92rem; margin-top: .4rem; max-width: 48rem; }
        .table { overflow-x: auto; }
        table { border-collapse: collapse; margin: .75rem 0; font-size: .92rem; font-variant-numeric: tabular-nums; }
        th, td { padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
        th { color: var(--faint); font-weight: 600; }
        .number { text-align: right; }
        code, pre { font-family: ui-monospace, "SFMono-Regular", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .92em; }
        pre { overflow-x: auto; background: var(--fill); padding: .75rem 1rem; border-radius: .25rem; }
        """;
}
