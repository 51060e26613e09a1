/// How often a failing delivery is tried and how long the pauses are.
public struct RetryPolicy: Sendable {
    let maximumAttempts: Int
    let firstPauseSeconds: Double
    let maximumPauseSeconds: Double

    /// By default ten attempts within about eight minutes.
    public init(maximumAttempts: Int = 10, firstPauseSeconds: Double = 1, maximumPauseSeconds: Double = 300) {
        precondition(maximumAttempts > 0 && firstPauseSeconds > 0, "at least one attempt, and a pause")
        self.maximumAttempts = maximumAttempts
        self.firstPauseSeconds = firstPauseSeconds
        self.maximumPauseSeconds = maximumPauseSeconds
    }

    /// Doubles with every failure; drawn from the upper half, so that what failed together is not tried together.
    func pauseSeconds(afterFailures failures: Int) -> Double {
        let ceiling = min(firstPauseSeconds * Double(1 << min(max(failures - 1, 0), 30)), maximumPauseSeconds)
        return Double.random(in: ceiling / 2...ceiling)
    }
}
