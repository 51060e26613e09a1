import Foundation

/// Doctors whose current rows cannot be indexed. What the index knew of them stays until an attempt succeeds; nobody
/// else waits for them.
struct ParkedDoctors: Codable, Sendable, Equatable {
    struct Entry: Codable, Sendable, Equatable {
        /// Names a column and types, never a value.
        var reason: String
        var attempts: Int
        var failingSince: Date
        var nextAttemptAt: Date
    }
    private(set) var entries: [Int64: Entry] = [:]

    /// Notes a failed attempt. The next one waits 2 s, 4 s, 8 s, … at most an hour; any change of the doctor is one too.
    mutating func park(_ doctorID: Int64, reason: String, now: Date) {
        let attempts = (entries[doctorID]?.attempts ?? 0) + 1
        let pauseSeconds = min(3600, pow(2, Double(attempts)))
        entries[doctorID] = Entry(
            reason: reason, attempts: attempts, failingSince: entries[doctorID]?.failingSince ?? now,
            nextAttemptAt: now + pauseSeconds)
    }

    /// Forgets doctors that could be indexed, or are gone.
    mutating func release(_ doctorIDs: some Sequence<Int64>) {
        if entries.isEmpty { return }
        for id in doctorIDs { entries[id] = nil }
    }

    func due(_ now: Date) -> [Int64] { entries.filter { $0.value.nextAttemptAt <= now }.map(\.key) }
}
