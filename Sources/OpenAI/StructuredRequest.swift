/// One question to the model, answered by JSON of a given shape.
public struct StructuredRequest: Sendable {
    /// What the model is to do; ours, and trusted.
    public var instructions: String
    /// The person's words. They reach the model between delimiters they cannot close, as data.
    public var input: String
    /// The shape of the answer.
    public var schema: AnswerSchema
    /// Two requests with equal keys may share an answer. It never leaves the process and is not logged. Nil keeps no answer.
    public var cacheKey: String?
    /// An answer that needs more fails as ``OpenAIError/truncated``.
    public var maximumOutputTokens: Int

    public init(
        instructions: String,
        input: String,
        schema: AnswerSchema,
        cacheKey: String? = nil,
        maximumOutputTokens: Int = 600
    ) {
        precondition(maximumOutputTokens > 0, "an answer needs at least one token")
        self.instructions = instructions
        self.input = input
        self.schema = schema
        self.cacheKey = cacheKey
        self.maximumOutputTokens = maximumOutputTokens
    }
}

extension StructuredRequest: CustomStringConvertible, CustomReflectable {
    /// Without any text of the request.
    public var description: String { "StructuredRequest(\(schema.name) \(schema.version))" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
