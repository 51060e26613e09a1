import Foundation

/// What one HTTP answer of the service amounts to. A refused or cut-off answer has cost tokens too.
struct ModelReply {
    /// The model's whole text, or why it is none.
    let text: Result<String, OpenAIError>
    /// Nil when the service counted none.
    let usage: TokenUsage?

    init(text: Result<String, OpenAIError>, usage: TokenUsage?) {
        self.text = text
        self.usage = usage
    }

    init(_ body: [UInt8], from endpoint: OpenAIConfiguration.Endpoint) {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let data = Data(body)
        let reply: ModelReply? =
            switch endpoint {
            case .responses: (try? decoder.decode(ResponsesReply.self, from: data))?.reply
            case .chatCompletions: (try? decoder.decode(ChatReply.self, from: data))?.reply
            }
        self = reply ?? ModelReply(text: .failure(.malformedResponse), usage: nil)
    }
}
