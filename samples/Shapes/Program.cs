// The five shapes of a task with sequences, one file each; each learns something real and is tried on what it has not seen.
//   dotnet run -c Release --project samples/Shapes -- one-to-one [FOLDER of MNIST]            a picture of a digit → the digit
//   dotnet run -c Release --project samples/Shapes -- one-to-many [FOLDER of name lists]      a language → names that sound like it
//   dotnet run -c Release --project samples/Shapes -- many-to-one [FOLDER of name lists]      a name → its language
//   dotnet run -c Release --project samples/Shapes -- many-to-many [FILE]                     each character → the next one
//   dotnet run -c Release --project samples/Shapes -- encoder-decoder                         a date as many cultures write it → ISO 8601
// Without a path nothing is needed: a display with faults, the culture data of .NET, and the docs of this repository.
using System.Globalization;
using Shapes;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var path = args.Length > 1 ? args[1] : null;
try
{
    switch (args.Length is 1 or 2 ? args[0] : "")
    {
        case "one-to-one":
            OneToOne.Run(path);
            return 0;
        case "one-to-many":
            OneToMany.Run(path);
            return 0;
        case "many-to-one":
            ManyToOne.Run(path);
            return 0;
        case "many-to-many":
            ManyToMany.Run(path);
            return 0;
        case "encoder-decoder" when path is null:
            NameList.CheckCultures();
            EncoderDecoder.Run();
            return 0;
        default:
            Console.Error.WriteLine("Name a shape: one-to-one, one-to-many, many-to-one, many-to-many (each may be followed by a path), or encoder-decoder.");
            return 2;
    }
}
catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException or CultureNotFoundException)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}
