namespace Unroll.Models;

/// <summary>How a forecaster gets from the past to many steps ahead.</summary>
public enum ForecasterKind
{
    /// <summary>One output for all steps ahead at once, after every step read (Wen and others, "A Multi-Horizon Quantile Recurrent Forecaster", 2017).</summary>
    Direct,

    /// <summary>The law of the next step alone; further steps by drawing values and reading them (Salinas and others, "DeepAR", 2020).</summary>
    Autoregressive,

    /// <summary>A second stack starts from the state of the first and runs over the steps ahead (Cho and others; Sutskever and others, 2014).</summary>
    EncoderDecoder,
}

/// <summary>What a forecaster says of a value ahead.</summary>
public enum ForecastOutput
{
    /// <summary>A normal distribution.</summary>
    Gaussian,

    /// <summary>Student's t, with heavier tails.</summary>
    StudentT,

    /// <summary>A negative binomial distribution, for counts.</summary>
    NegativeBinomial,

    /// <summary>Quantiles, with no law assumed.</summary>
    Quantiles,

    /// <summary>One number, by the squared error.</summary>
    Point,
}

/// <summary>What values are scaled by; never by anything that comes later.</summary>
public enum SeriesScaling
{
    /// <summary>
    /// By a mean and a deviation that go along with the series, each an exponential mean of the values so far. So a window is normalised by itself, as is a stream, with no
    /// second look at what was read.
    /// </summary>
    Running,

    /// <summary>By mean and deviation of the training part of the series.</summary>
    Training,
}

/// <summary>What a forecast is the difference from.</summary>
public enum ForecastAnchor
{
    /// <summary>The last value: the network learns what persistence gets wrong.</summary>
    Last,

    /// <summary>The value one season before the step ahead, or as many seasons as lead to the past.</summary>
    Season,

    /// <summary>The mean that values are scaled by.</summary>
    Mean,
}

/// <summary>What is taken of the targets before anything else, and undone at the end.</summary>
public enum ValueTransform
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The logarithm, for values above 0 whose changes grow with them.</summary>
    Logarithm,

    /// <summary>The square root, for values of 0 or more.</summary>
    SquareRoot,
}
