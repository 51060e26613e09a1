import Foundation

/// Random numbers from a printed seed: `RTD_SEED`, or a fixed one, so that a failure can be repeated.
struct SeededGenerator: RandomNumberGenerator {
    static let seed = ProcessInfo.processInfo.environment["RTD_SEED"].flatMap(UInt64.init) ?? 20_261_123

    private var state: UInt64

    init(_ property: String, shard: Int = 0) {
        state = SeededGenerator.seed &+ UInt64(shard) &* 0xD1B5_4A32_D192_ED03
        print("\(property), shard \(shard): RTD_SEED=\(SeededGenerator.seed)")
    }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func int(_ range: ClosedRange<Int>) -> Int { .random(in: range, using: &self) }

    mutating func double(_ range: ClosedRange<Double>) -> Double { .random(in: range, using: &self) }

    mutating func chance(_ probability: Double) -> Bool { double(0...1) < probability }

    mutating func pick<T>(_ values: [T]) -> T { values[int(0...values.count - 1)] }

    /// A value of any magnitude between two bounds.
    mutating func logarithmic(_ range: ClosedRange<Double>) -> Double {
        exp(double(log(range.lowerBound)...log(range.upperBound)))
    }
}
