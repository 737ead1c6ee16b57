using Unroll.Tensors;

namespace Unroll.Tests.Tensors;

public sealed class TouchedRowsTests
{
    /// <summary>Around the 64 rows of a word.</summary>
    public static TheoryData<int> Counts => [1, 2, 63, 64, 65, 127, 128, 129, 300];

    [Theory]
    [MemberData(nameof(Counts))]
    public void The_rows_come_in_ascending_order_and_together_where_they_lie_together(int count)
    {
        var random = new Random(count);
        var touched = new TouchedRows();
        for (var trial = 0; trial < 50; trial++)
        {
            touched.Clear();
            Assert.True(touched.IsEmpty);
            Assert.Empty(Walk(touched, 0, count));
            var rows = Enumerable.Range(0, random.Next(1, 2 * count)).Select(_ => random.Next(count)).ToArray();
            touched.Add(rows, count);
            var (first, end) = (random.Next(count), random.Next(count + 1));

            Assert.False(touched.IsEmpty);
            Assert.Equal(rows.Distinct().Order(), Walk(touched, 0, count));
            Assert.Equal(rows.Distinct().Where(row => row >= first && row < end).Order(), Walk(touched, first, end));
        }
    }

    [Fact]
    public void All_is_one_stretch_until_it_is_cleared()
    {
        var touched = new TouchedRows();
        touched.Add([3, 5], 100);
        touched.AddAll();
        touched.Add([7], 100);
        var first = 10;

        Assert.True(touched.IsAll);
        Assert.Equal(40, touched.Next(ref first, 50));
        Assert.Equal(10, first);

        touched.Clear();
        Assert.Empty(Walk(touched, 0, 100));
        touched.Add([7], 100);
        Assert.Equal([7], Walk(touched, 0, 100));
    }

    private static List<int> Walk(TouchedRows touched, int first, int end)
    {
        var rows = new List<int>();
        while (first < end && touched.Next(ref first, end) is > 0 and var count)
        {
            rows.AddRange(Enumerable.Range(first, count));
            first += count;
            Assert.True(first >= end || !Contains(touched, first), "A stretch ended before its end.");
        }

        return rows;
    }

    private static bool Contains(TouchedRows touched, int row)
    {
        var first = row;
        return touched.Next(ref first, row + 1) > 0;
    }
}
