extension OpenAIError {
    /// A refusal, a cut-off or a wrong answer comes from a service that works; so does a request it will not take, unless
    /// it would take no other either (401, 403, 404).
    var breakerOutcome: CircuitBreaker.Outcome {
        switch self {
        case .timeout, .quotaExhausted, .failed, .malformedResponse: .failure(pause: nil)
        case .unavailable(_, let seconds): .failure(pause: seconds.map { .seconds($0) })
        case .rejected(401, _), .rejected(403, _), .rejected(404, _): .failure(pause: nil)
        case .rejected, .refused, .filtered, .truncated, .invalidAnswer: .success
        case .breakerOpen, .overBudget, .cancelled: .nothing
        }
    }
}
