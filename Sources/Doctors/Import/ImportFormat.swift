/// How the rows of an import file are written.
public enum ImportFormat: Sendable {
    /// One JSON object a line.
    case jsonLines
    /// RFC 4180 with a header row of the same field names; lists separated by `|`, fees as `fees.first_visit` and so on.
    case csv

    /// CSV for names that end in `.csv`, JSON Lines for all others.
    public init(path: String) {
        self = path.lowercased().hasSuffix(".csv") ? .csv : .jsonLines
    }
}
