import Foundation

/// The clocks and the chance a call depends on.
struct Surroundings: Sendable {
    /// Deadlines and pauses are measured with this one, which nobody sets.
    var now: @Sendable () -> ContinuousClock.Instant = { .now }
    /// For the day of the budget and for dates that the server names.
    var date: @Sendable () -> Date = { Date() }
    /// Throws when the task is cancelled, and only then.
    var sleep: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    /// From 0 to below 1.
    var random: @Sendable () -> Double = { .random(in: 0..<1) }
}
