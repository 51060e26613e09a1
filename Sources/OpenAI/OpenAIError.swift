/// Why there is no answer. The caller goes on without the model.
///
/// Holds nothing of what was asked or answered: fit for a log.
public enum OpenAIError: Error, Hashable, Sendable {
    /// The deadline passed.
    case timeout
    /// The service could not be reached, or kept failing. `status` is its last one, nil when none came;
    /// `retryAfterSeconds` is how long it asked to be left alone.
    case unavailable(status: Int?, retryAfterSeconds: Double?)
    /// Too many calls failed in a row; nothing was sent.
    case breakerOpen
    /// The day's requests or tokens are used up; nothing more was sent.
    case overBudget
    /// The account has no credit left: a matter for whoever pays.
    case quotaExhausted
    /// The service will not take such a request, now or later: key, model, schema or size.
    case rejected(status: Int, code: String?)
    /// The model declined to answer.
    case refused
    /// The service's content filter held the answer back.
    case filtered
    /// The answer was cut off at the limit of tokens.
    case truncated
    /// The service said that it failed to make an answer.
    case failed(code: String?)
    /// What came is not an answer as the API describes it.
    case malformedResponse
    /// The caller's check failed twice.
    case invalidAnswer
    /// The task was cancelled.
    case cancelled
}

extension OpenAIError {
    /// One of a dozen words, for a metric's label.
    var label: String {
        switch self {
        case .timeout: "timeout"
        case .unavailable: "unavailable"
        case .breakerOpen: "breaker_open"
        case .overBudget: "over_budget"
        case .quotaExhausted: "quota_exhausted"
        case .rejected: "rejected"
        case .refused: "refused"
        case .filtered: "filtered"
        case .truncated: "truncated"
        case .failed: "failed"
        case .malformedResponse: "malformed_response"
        case .invalidAnswer: "invalid_answer"
        case .cancelled: "cancelled"
        }
    }
}
