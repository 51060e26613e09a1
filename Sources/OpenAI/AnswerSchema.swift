import Foundation

/// The shape an answer must have: a JSON schema of the strict subset, in which every object forbids additional properties
/// and requires all of its own.
///
/// The server holds the model to the shape, not to the truth: ids, ranges and rules between fields are the caller's to check.
public struct AnswerSchema: Sendable {
    let name: String
    let version: String
    let json: String

    /// - Parameters:
    ///   - name: 1 to 64 letters, digits, `_` and `-`.
    ///   - version: of schema and instructions together; another version finds no answer kept for this one.
    ///   - json: one JSON object. Sent as it is, since the model writes the properties in the order they stand in.
    public init(name: String, version: String, json: String) {
        precondition(PlainName.isPlain(name), "a schema's name is 1 to 64 letters, digits, _ and -")
        precondition(JSONText.isObject(json), "the schema \(name) is not a JSON object")
        self.name = name
        self.version = version
        self.json = json
    }
}

enum JSONText {
    /// Whether the text is one JSON object and nothing else.
    static func isObject(_ text: String) -> Bool {
        (try? JSONSerialization.jsonObject(with: Data(text.utf8))) is [String: Any]
    }
}
