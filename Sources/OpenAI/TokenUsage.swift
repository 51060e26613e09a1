/// Tokens read and written, 0 or more.
struct TokenUsage: Hashable, Sendable {
    let input: Int
    let output: Int

    init(input: Int, output: Int) {
        self.input = max(0, input)
        self.output = max(0, output)
    }

    /// For servers that count nothing: four bytes a token, as English text has.
    init(estimatedFromSentBytes sent: Int, receivedBytes: Int) { self.init(input: sent / 4, output: receivedBytes / 4) }
}
