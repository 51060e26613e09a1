import Foundation

/// What this process may use in one UTC day. Tokens are known only afterwards, so calls under way may exceed the limit by
/// what they use; nothing is sent once it is reached.
struct DailyBudget {
    private let maximumRequests: Int
    private let maximumTokens: Int
    private var day = Int.min
    private var requests = 0
    private var tokens = 0

    init(requests: Int, tokens: Int) {
        maximumRequests = requests
        maximumTokens = tokens
    }

    /// Counts one request. False when it must not be sent.
    mutating func takeRequest(at date: Date) -> Bool {
        beginDay(of: date)
        guard requests < maximumRequests, tokens < maximumTokens else { return false }
        requests += 1
        return true
    }

    mutating func use(_ usage: TokenUsage, at date: Date) {
        beginDay(of: date)
        for count in [usage.input, usage.output] { tokens += min(count, maximumTokens - tokens) }
    }

    /// A clock that is set back opens no second budget.
    private mutating func beginDay(of date: Date) {
        let today = Int((date.timeIntervalSince1970 / 86_400).rounded(.down))
        guard today > day else { return }
        (day, requests, tokens) = (today, 0, 0)
    }
}
