/// A parsed JSON value. Numbers keep their text, so nothing is lost before a reader says what it wants.
enum JSONValue: Equatable {
    case null
    case bool(Bool)
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([Member])

    /// One name of an object and its value.
    struct Member: Equatable {
        let name: String
        let value: JSONValue
    }

    /// What the value is, for messages.
    var kind: String {
        switch self {
        case .null: "null"
        case .bool: "true or false"
        case .number: "a number"
        case .string: "text"
        case .array: "a list"
        case .object: "an object"
        }
    }
}

/// Why bytes are not acceptable JSON.
struct JSONError: Error, Equatable {
    /// What is wrong, in plain words.
    let reason: String
    /// How many bytes were read before it.
    let offset: Int
}
