/// The answer of `POST /chat/completions`, as far as it matters here.
struct ChatReply: Decodable {
    struct Choice: Decodable {
        let message: Message
        let finishReason: String?
    }
    struct Message: Decodable {
        let content: String?
        let refusal: String?
    }
    struct Usage: Decodable {
        let promptTokens: Int?
        let completionTokens: Int?
    }

    let choices: [Choice]
    let usage: Usage?

    var reply: ModelReply {
        ModelReply(text: text, usage: usage.map { TokenUsage(input: $0.promptTokens ?? 0, output: $0.completionTokens ?? 0) })
    }

    private var text: Result<String, OpenAIError> {
        guard let choice = choices.first else { return .failure(.malformedResponse) }
        if let refusal = choice.message.refusal, !refusal.isEmpty { return .failure(.refused) }
        switch choice.finishReason {
        case "stop": return choice.message.content.map { .success($0) } ?? .failure(.malformedResponse)
        case "length": return .failure(.truncated)
        case "content_filter": return .failure(.filtered)
        default: return .failure(.malformedResponse)
        }
    }
}
