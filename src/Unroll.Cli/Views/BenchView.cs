using Unroll.Cells;
using Unroll.Cli.Benchmarks;

namespace Unroll.Cli.Views;

/// <summary>How a benchmark shows itself, as it goes.</summary>
internal abstract class BenchView
{
    /// <summary>When the peak was measured.</summary>
    public abstract void Start(BenchPlan plan);

    /// <summary>Before a piece of work.</summary>
    /// <param name="work">The work.</param>
    /// <param name="number">Which one, from 1.</param>
    /// <param name="count">How many there are.</param>
    public virtual void Next(BenchWork work, int number, int count)
    {
    }

    /// <summary>After a piece of work.</summary>
    public abstract void Show(BenchFigure figure);

    /// <summary>At the end.</summary>
    public abstract void Finish(TimeSpan elapsed);

    /// <summary>The cell as an option names it.</summary>
    protected static string CellName(BenchWork work) => work.Cell.Equals(Cell.RnnTanh) ? "rnn" : work.Cell.Name;
}
