/// What is wrong with one named parameter or body field.
public struct FieldError: Error, Equatable, Sendable {
    /// The name as the caller wrote it; dots lead into objects (`near.lat`).
    public let field: String
    /// Stable and never translated: `unknown`, `duplicate`, `required`, `wrong_type`, `out_of_range`, …
    public let code: String
    /// One plain sentence that says what would be accepted.
    public let detail: String

    public init(_ field: String, code: String, detail: String) {
        self.field = field
        self.code = code
        self.detail = detail
    }
}
