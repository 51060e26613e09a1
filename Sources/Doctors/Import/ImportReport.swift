/// What an import tells while it runs.
public enum ImportEvent: Equatable, Sendable {
    /// After every batch.
    case progress(ImportProgress)
    /// A row was not imported. Its line is counted from 1 (in CSV the line it starts on); the problems are never empty.
    case badRow(line: Int, problems: [RowProblem])
    /// Something that was passed over or added, told once per name.
    case warning(String)
}

/// How far an import has come.
public struct ImportProgress: Equatable, Sendable {
    /// Rows written or refused so far.
    public let rowCount: Int
    /// Bytes of the file read so far, a batch ahead of the rows.
    public let byteCount: Int
    /// Bytes of the whole file; 0 for a pipe.
    public let totalByteCount: Int
}

/// What an import did.
public struct ImportResult: Equatable, Sendable {
    /// Rows in the file, empty lines and a header apart: the sum of the other three.
    public internal(set) var read = 0
    /// Doctors that are new or changed.
    public internal(set) var imported = 0
    /// Doctors that were as the file says.
    public internal(set) var unchanged = 0
    /// Rows refused.
    public internal(set) var bad = 0
}
