using Unroll.Tensors;

namespace Unroll.Tests.Tensors;

public sealed class ShapeTests
{
    [Fact]
    public void Rows_and_last_see_a_sequence_as_a_matrix()
    {
        var shape = new Shape(35, 20, 200);

        Assert.Equal(700, shape.Rows);
        Assert.Equal(200, shape.Last);
        Assert.Equal("[35, 20, 200]", shape.ToString());
        Assert.Equal(new Shape(35, 20, 7), shape.WithLast(7));
    }

    [Fact]
    public void Sizes_no_tensor_can_have_are_refused_with_the_sizes()
    {
        var tooLarge = Assert.Throws<ArgumentOutOfRangeException>(() => new Shape(65536, 65536));
        Assert.Contains("[65536, 65536]", tooLarge.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Shape(3, -1));
        Assert.Throws<ArgumentException>(() => new Shape(1, 1, 1, 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Shape(2, 2)[2]);
    }

    [Fact]
    public void The_default_shape_is_the_scalar()
    {
        Assert.Equal(1, default(Shape).Length);
        Assert.Equal(new Shape([]), default);
        Assert.Equal("[]", default(Shape).ToString());
    }
}
