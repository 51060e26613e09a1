/// The caller's check found an answer that breaks its rules.
public struct InvalidAnswer: Error, Sendable {
    /// Told to the model, once, as an instruction to follow: it names the broken rule and does not quote the answer.
    public let reason: String

    /// - Parameter reason: half a sentence, as in "`urgency` is not one of the listed words".
    public init(reason: String) { self.reason = reason }
}

extension InvalidAnswer: CustomStringConvertible, CustomReflectable {
    /// Without the reason, which may speak of what a person wrote.
    public var description: String { "InvalidAnswer" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
