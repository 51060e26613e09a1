/// One thing that is wrong with one row of an import file.
public struct RowProblem: Error, Equatable, Sendable {
    /// The field as the file names it, `more_practices[1].lat` inside lists; nil when the row as a whole cannot be read.
    public let field: String?
    /// What is wrong, in plain words and without the value.
    public let reason: String

    init(_ field: String?, _ reason: String) {
        self.field = field
        self.reason = reason
    }
}

extension RowProblem: CustomStringConvertible {
    public var description: String { field.map { "\($0): \(reason)" } ?? reason }
}

extension RowProblem {
    init(_ error: DecodingError) {
        switch error {
        case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
            self.init(Self.path(context.codingPath), "must be \(Self.words(for: type))")
        case .keyNotFound(let key, let context):
            self.init(Self.path(context.codingPath + [key]), "is missing")
        case .dataCorrupted(let context) where context.codingPath.isEmpty:
            self.init(nil, "is not valid JSON")
        case .dataCorrupted(let context):
            self.init(Self.path(context.codingPath), "is not in range or not a whole number")
        @unknown default:
            self.init(nil, "cannot be read")
        }
    }

    private static func path(_ keys: [any CodingKey]) -> String? {
        guard !keys.isEmpty else { return nil }
        return keys.reduce("") { path, key in
            if let index = key.intValue { return "\(path)[\(index)]" }
            return path.isEmpty ? key.stringValue : "\(path).\(key.stringValue)"
        }
    }

    private static func words(for type: Any.Type) -> String {
        switch type {
        case is String.Type: "text"
        case is Bool.Type: "true or false"
        case is any BinaryInteger.Type: "a whole number"
        case is Double.Type: "a number"
        case is any Sequence.Type: "a list"
        default: "an object"
        }
    }
}
