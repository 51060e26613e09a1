import Web

/// Runs what a route asks for; refusals become their problems.
func asking<Value>(_ work: () async throws -> Value) async throws -> Value {
    do {
        return try await work()
    } catch let refusal as AccountRefusal {
        throw refusal.problem
    }
}
