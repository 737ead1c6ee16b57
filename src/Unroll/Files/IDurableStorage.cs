namespace Unroll.Files;

/// <summary>The steps of a durable write that can fail, each on its own, so that tests can make each of them fail.</summary>
internal interface IDurableStorage
{
    /// <summary>Opens a new file for writing; fails when the path exists.</summary>
    Stream Create(string path, UnixFileMode? mode);

    /// <summary>Returns when everything written to the file is on the disk.</summary>
    void Sync(Stream file);

    /// <summary>Gives a file another name in the same folder, replacing what has that name, at once.</summary>
    void Rename(string from, string to);

    /// <summary>Returns when the names in the folder are on the disk.</summary>
    void SyncFolder(string folder);

    /// <summary>Removes a file.</summary>
    void Delete(string path);
}
