/// Which server to ask, with which model, and the limits every call is held to.
public struct OpenAIConfiguration: Sendable {
    /// The two dialects of the API; servers of other makers mostly speak the second.
    public enum Endpoint: String, Sendable, CaseIterable {
        case responses
        case chatCompletions = "chat/completions"
    }

    /// What ``deadlineMilliseconds`` may be.
    public static let deadlineRangeMilliseconds = 100...30_000

    /// With its version, as in the default. The person's words travel there: `https`, except to this machine.
    public var baseURL: String
    /// Sent as a bearer token; nil sends none, for servers of one's own.
    public var apiKey: String?
    public var model: String
    public var endpoint: Endpoint
    /// 0 is the least varied; nil leaves it out, for models that refuse the setting.
    public var temperature: Double?
    /// For a whole call: waiting, retries and repair included.
    public var deadlineMilliseconds: Int
    /// Requests under way at once; further ones wait, within their deadline.
    public var maximumConcurrentRequests: Int
    /// Calls that fail in a row before the breaker opens.
    public var breakerFailures: Int
    /// How long no call is let through then.
    public var breakerOpenSeconds: Int
    /// HTTP requests a UTC day by this process, retries and repairs included; 0 allows none.
    public var requestsPerDay: Int
    /// Tokens a UTC day by this process, as the server counts them; 0 allows none.
    public var tokensPerDay: Int
    /// Answers kept; 0 keeps none.
    public var cacheEntries: Int
    /// How long an answer is kept.
    public var cacheSeconds: Int

    /// What makes no sense is found when a client is made of it.
    public init(
        baseURL: String = "https://api.openai.com/v1",
        apiKey: String? = nil,
        model: String,
        endpoint: Endpoint = .responses,
        temperature: Double? = 0,
        deadlineMilliseconds: Int = 2_500,
        maximumConcurrentRequests: Int = 16,
        breakerFailures: Int = 5,
        breakerOpenSeconds: Int = 30,
        requestsPerDay: Int = 20_000,
        tokensPerDay: Int = 10_000_000,
        cacheEntries: Int = 4_096,
        cacheSeconds: Int = 86_400
    ) {
        self.baseURL = baseURL
        self.apiKey = apiKey
        self.model = model
        self.endpoint = endpoint
        self.temperature = temperature
        self.deadlineMilliseconds = deadlineMilliseconds
        self.maximumConcurrentRequests = maximumConcurrentRequests
        self.breakerFailures = breakerFailures
        self.breakerOpenSeconds = breakerOpenSeconds
        self.requestsPerDay = requestsPerDay
        self.tokensPerDay = tokensPerDay
        self.cacheEntries = cacheEntries
        self.cacheSeconds = cacheSeconds
    }

    /// Stops the program at the first value that makes no sense.
    func requireSense() {
        let range = Self.deadlineRangeMilliseconds
        precondition(range.contains(deadlineMilliseconds), "a deadline is \(range.lowerBound) to \(range.upperBound) ms")
        precondition(maximumConcurrentRequests > 0 && breakerFailures > 0, "at least one request, and one failure")
        let limits = [breakerOpenSeconds, requestsPerDay, tokensPerDay, cacheEntries, cacheSeconds]
        precondition(limits.allSatisfy { $0 >= 0 }, "limits are not negative")
        precondition(temperature?.isFinite ?? true, "a temperature is a number")
    }
}

extension OpenAIConfiguration: CustomStringConvertible, CustomReflectable {
    /// Without address and key.
    public var description: String { "OpenAIConfiguration(\(endpoint.rawValue), \(deadlineMilliseconds) ms)" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
