/// The answer of `POST /responses`, as far as it matters here.
struct ResponsesReply: Decodable {
    struct Item: Decodable {
        let type: String
        let content: [Part]?
    }
    struct Part: Decodable {
        let type: String
        let text: String?
    }
    struct Fault: Decodable { let code: String? }
    struct IncompleteDetails: Decodable { let reason: String? }
    struct Usage: Decodable {
        let inputTokens: Int?
        let outputTokens: Int?
    }

    let status: String
    let error: Fault?
    let incompleteDetails: IncompleteDetails?
    let output: [Item]?
    let usage: Usage?

    var reply: ModelReply {
        ModelReply(text: text, usage: usage.map { TokenUsage(input: $0.inputTokens ?? 0, output: $0.outputTokens ?? 0) })
    }

    private var text: Result<String, OpenAIError> {
        switch (status, incompleteDetails?.reason) {
        case ("completed", _): completedText
        case ("incomplete", "max_output_tokens"): .failure(.truncated)
        case ("incomplete", "content_filter"): .failure(.filtered)
        default: .failure(.failed(code: PlainName.plain(error?.code)))
        }
    }

    private var completedText: Result<String, OpenAIError> {
        let parts = (output ?? []).filter { $0.type == "message" }.flatMap { $0.content ?? [] }
        if parts.contains(where: { $0.type == "refusal" }) { return .failure(.refused) }
        let texts = parts.filter { $0.type == "output_text" }.compactMap(\.text)
        return texts.isEmpty ? .failure(.malformedResponse) : .success(texts.joined())
    }
}
