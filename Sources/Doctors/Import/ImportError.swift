/// Why an import could not run at all. Bad rows are no errors: they are reported and passed over.
public enum ImportError: Error, Equatable {
    /// The file could not be opened or read; the reason is the system's.
    case unreadable(path: String, reason: String)
    /// A CSV file has no header row, or its first row cannot be read.
    case missingHeader
    /// A CSV file's header lacks a column that is needed.
    case missingColumn(String)
    /// A CSV file's header names a column twice.
    case repeatedColumn(String)
}

extension ImportError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unreadable(let path, let reason): "\(path) cannot be read: \(reason)"
        case .missingHeader: "the first row must name the columns"
        case .missingColumn(let name): "the header has no column “\(name)”"
        case .repeatedColumn(let name): "the header names the column “\(name)” twice"
        }
    }
}
