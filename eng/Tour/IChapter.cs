namespace Tour;

/// <summary>What one page of the tour measures and draws.</summary>
internal interface IChapter
{
    /// <summary>Its place in the course, from 1.</summary>
    int Number { get; }

    /// <summary>The page's file name in docs/tour.</summary>
    string Page { get; }

    /// <summary>Measures, and writes pictures and tables. The same code gives the same numbers: seeds are fixed.</summary>
    void Make(TourPage page);
}
