import Foundation

/// Readings of the two clocks and the allocation counter, or the difference of two.
struct ReplayReading: Sendable {
    var wallMicroseconds: Double
    /// Processor time of the calling thread.
    var cpuMicroseconds: Double
    var allocations: UInt64

    /// Wall time is read outside of processor time, so that it is never the lesser for the readings' own cost.
    static func measure(_ allocationCount: () -> UInt64, _ work: () -> Void) -> ReplayReading {
        let wall = microseconds(CLOCK_MONOTONIC)
        let allocations = allocationCount()
        let cpu = microseconds(CLOCK_THREAD_CPUTIME_ID)
        work()
        let cpuEnd = microseconds(CLOCK_THREAD_CPUTIME_ID)
        let allocationsEnd = allocationCount()
        return ReplayReading(
            wallMicroseconds: microseconds(CLOCK_MONOTONIC) - wall, cpuMicroseconds: cpuEnd - cpu,
            allocations: allocationsEnd - allocations)
    }

    /// Seconds of wall time.
    static func seconds<Result>(_ work: () throws -> Result) rethrows -> (Double, Result) {
        let start = microseconds(CLOCK_MONOTONIC)
        let result = try work()
        return ((microseconds(CLOCK_MONOTONIC) - start) / 1e6, result)
    }

    private static func microseconds(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) * 1e6 + Double(time.tv_nsec) / 1e3
    }
}
