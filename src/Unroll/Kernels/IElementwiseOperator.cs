namespace Unroll.Kernels;

/// <summary>A function of one or two values that an elementwise kernel applies to every lane; a function of one value ignores y.</summary>
internal interface IElementwiseOperator
{
    /// <summary>The function.</summary>
    T Apply<T>(T x, T y)
        where T : struct, ISimdLane<T>;
}
