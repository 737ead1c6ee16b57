using Unroll.Cells;
using Unroll.Data;
using Unroll.Layers;
using Unroll.Models;

namespace Unroll.Benchmarks.Classification;

/// <summary>All classification tasks, in the order of the page.</summary>
internal static class ClassificationCatalogue
{
    private const string Archived = "The split is that of the archive.";
    private const string ByHand = "by hand, in one or two tries, before this measurement";

    private static readonly SequenceClassifierOptions reviewModel = new()
    {
        Tokens = TokenKind.Word,
        Cell = Cell.Gru,
        Bidirectional = true,
        Pooling = PoolingKind.Max,
        Dropout = 0.8f,
        TokenDropout = 0.3f,
    };

    /// <summary>Every task.</summary>
    public static IReadOnlyList<ClassificationTask> All { get; } =
    [
        new()
        {
            Name = "names",
            Folder = "names_18_languages",
            Question = "The language of a surname, by its characters; 18 languages. A tenth of every language, drawn with the seed, is the test. Some names stand there more than once, also with different languages, which keeps the accuracy below 100 %.",
            IsDrawn = true,
            Read = ClassificationParts.Names,
            Model = new() { Cell = Cell.Gru, Bidirectional = true, Pooling = PoolingKind.Max, TokenDropout = 0.05f, Dropout = 0.3f },
            Epochs = 15,
            BatchSize = 32,
            Choice = ByHand,
        },
        new()
        {
            Name = "reviews",
            Folder = "rotten_tomatoes",
            Question = "Whether a sentence of a film review is for or against (sentence polarity, Pang and Lee 2005), by its words, without pre-trained vectors. Every tenth line is the test.",
            Published = "10-fold cross-validation, recalled: CNN-rand 76.1, CNN-static with word2vec 81.0 (Kim 2014); BLSTM with GloVe 80.0 (Zhou et al. 2016)",
            Read = ClassificationParts.Reviews,
            Model = reviewModel,
            Epochs = 5,
            BatchSize = 16,
            LearningRate = 1e-3f,
            AverageDecay = 0.998f,
            Choice = "by the mean accuracy over 2 to 6 random tenths of the training part that were kept out, among some 40 choices",
        },
        new()
        {
            Name = "reviews-folds",
            Folder = "rotten_tomatoes",
            Question = "The same in ten folds, one run each, as the published results: every line is once in a test.",
            Published = "10-fold cross-validation, recalled: CNN-rand 76.1, CNN-static with word2vec 81.0 (Kim 2014); BLSTM with GloVe 80.0 (Zhou et al. 2016)",
            IsDrawn = true,
            Runs = 10,
            Read = ClassificationParts.ReviewFolds,
            Model = reviewModel,
            Epochs = 5,
            BatchSize = 16,
            LearningRate = 1e-3f,
            AverageDecay = 0.998f,
            Choice = "those of reviews, whose training part the other nine folds test, so that nine of ten folds had a small part in the choice",
        },
        new()
        {
            Name = "basic-motions",
            Folder = "basic_motions",
            Question = $"Which of 4 activities a watch's accelerometer and gyroscope saw; 6 channels, 100 steps. {Archived}",
            Published = "DTW-D 97.5, MLSTM-FCN 95.0 (recalled); several convolutional models 100 (checked in their result files)",
            Read = ClassificationParts.Archive("BasicMotions"),
            Model = new() { Cell = Cell.Gru, Bidirectional = true, Pooling = PoolingKind.Max, HiddenSize = 64 },
            Epochs = 100,
            BatchSize = 8,
            Choice = ByHand,
        },
        new()
        {
            Name = "gun-point",
            Folder = "small_ucr",
            Question = $"Whether a hand draws a gun or points; 1 channel, 150 steps. {Archived}",
            Published = "1-NN DTW 90.7, LSTM-FCN 100 (recalled)",
            Read = ClassificationParts.Archive("GunPoint"),
            Model = new() { Cell = Cell.Gru, Bidirectional = true, Pooling = PoolingKind.Max, HiddenSize = 64, InputNoise = 0.1f },
            Epochs = 300,
            BatchSize = 10,
            AverageDecay = 0.998f,
            Choice = "by the mean accuracy over 10 random thirds of the training part that were kept out, among 4 choices of noise and pooling; direction, size and passes by hand",
        },
        new()
        {
            Name = "italy-power-demand",
            Folder = "small_ucr",
            Question = $"Whether a day's demand of electricity is of the summer or the winter half year; 1 channel, 24 steps. {Archived}",
            Published = "1-NN DTW 95.0, LSTM-FCN 96.3 (recalled)",
            Read = ClassificationParts.Archive("ItalyPowerDemand"),
            Model = new() { Cell = Cell.Gru, Bidirectional = true, Pooling = PoolingKind.Mean, Dropout = 0.2f, InputNoise = 0.3f },
            Epochs = 150,
            BatchSize = 8,
            Choice = "by the mean accuracy over 10 or 40 random thirds of the training part that were kept out, among some 25 choices of direction, pooling, size, passes and noise",
        },
        new()
        {
            Name = "japanese-vowels",
            Folder = "japanese_vowels",
            Question = $"Which of 9 speakers says a vowel; 12 channels, 7 to 29 steps. {Archived}",
            Published = "5-state HMM 96.2, DTW-D 94.9, MLSTM-FCN about 99 to 100 (recalled)",
            Read = ClassificationParts.Archive("JapaneseVowels"),
            Model = new() { Cell = Cell.Gru, Bidirectional = true, Pooling = PoolingKind.Mean, Dropout = 0.3f, InputNoise = 0.5f },
            Epochs = 60,
            BatchSize = 16,
            AverageDecay = 0.998f,
            Choice = "by the mean accuracy over 8 random thirds of the training part that were kept out, among 5 choices of noise, size and dropout",
        },
        new()
        {
            Name = "indoor-movement",
            Folder = "indoor_movement",
            Question = "Whether a person is about to change rooms, by the strength of four radio signals; 4 channels, 19 to 129 steps. Learned in two of three buildings, tested in the third.",
            Published = "leaky echo state network 89.5 on the same division (recalled)",
            Read = ClassificationParts.Movements,
            Model = new() { Cell = Cell.Gru, Bidirectional = true, HiddenSize = 64, Dropout = 0.2f, InputNoise = 0.2f },
            Epochs = 60,
            BatchSize = 16,
            Choice = "by the mean accuracy over 8 random thirds of the training part that were kept out, among 5 choices of direction, pooling and noise, after one try had given 81.7 % on the test",
        },
        new()
        {
            Name = "gestures",
            Folder = "mediapipe_point_history",
            Question = "Which of 4 gestures a fingertip makes; 2 channels, 16 steps. The last quarter of the rows of each gesture is the test, so that overlapping windows are not on both sides.",
            Read = ClassificationParts.GestureBlocks,
            Model = new() { Cell = Cell.Gru, Bidirectional = true, Pooling = PoolingKind.Max, HiddenSize = 32, Dropout = 0.2f },
            Epochs = 20,
            BatchSize = 32,
            Choice = "in one try, not looked at before",
        },
        new()
        {
            Name = "gestures-drawn",
            Folder = "mediapipe_point_history",
            Question = "The same; a quarter of the rows, drawn with the seed, is the test, as in the source. Rows overlap, so this is easier than it looks.",
            Published = "dense network 96.8 (checked in the source's notebook)",
            IsDrawn = true,
            Read = ClassificationParts.GesturesDrawn,
            Model = new() { Cell = Cell.Gru, Bidirectional = true, Pooling = PoolingKind.Max, HiddenSize = 32, Dropout = 0.2f },
            Epochs = 20,
            BatchSize = 32,
            Choice = "that of gestures",
        },
        new()
        {
            Name = "mnist-rows",
            Folder = "mnist",
            Question = "Which digit an image shows, whose rows of 28 pixels come one by one. MNIST's own parts: 60,000 and 10,000; three passes.",
            Published = "small LSTMs by rows about 98.5 to 99 (tutorial level, recalled)",
            Read = ClassificationParts.Digits,
            Model = new() { Cell = Cell.Gru, Dropout = 0.2f },
            Epochs = 3,
            BatchSize = 64,
            Choice = "in one try, not looked at before",
        },
    ];

    /// <summary>Their names.</summary>
    public static IEnumerable<string> Names => All.Select(task => task.Name);
}
