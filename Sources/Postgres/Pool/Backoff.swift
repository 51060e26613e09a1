/// Growing pauses between attempts, each drawn at random so that competitors do not meet again.
struct Backoff {
    private var ceilingMilliseconds: Double
    private let maximumMilliseconds: Double

    init(firstMilliseconds: Double, maximumMilliseconds: Double) {
        ceilingMilliseconds = firstMilliseconds
        self.maximumMilliseconds = maximumMilliseconds
    }

    /// Between half the current ceiling and all of it; the ceiling doubles every time.
    mutating func next() -> Duration {
        defer { ceilingMilliseconds = min(ceilingMilliseconds * 2, maximumMilliseconds) }
        return .milliseconds(Double.random(in: ceilingMilliseconds / 2...ceilingMilliseconds))
    }
}
