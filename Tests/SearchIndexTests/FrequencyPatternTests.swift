import Testing

@testable import SearchIndex

@Suite("Frequency patterns")
struct FrequencyPatternTests {
    @Test("more patterns than numbers: the fields stay exact, the frequencies fall back to presence")
    func overflow() {
        var table = FrequencyPatternTable()
        var random = SeededGenerator("patterns")
        for _ in 0..<100_000 {
            let bits = (0..<8).reduce(UInt64(0)) { $0 | UInt64(random.int(0...4)) << UInt64($1 * 8) }
            let pattern = FrequencyPattern(bits: bits)
            let stored = table.patterns.count
            let number = Int(table.number(of: pattern))
            #expect(table.patterns[number].fieldMask == pattern.fieldMask)
            if stored < 65_000 { #expect(table.patterns[number] == pattern) }
        }
        #expect(table.patterns.count <= 65_536)
    }

    @Test("a frequency stops at 255 and leaves its neighbours alone")
    func saturation() {
        var pattern = FrequencyPattern()
        for _ in 0..<1000 { pattern.increment(3) }
        pattern.increment(4)
        #expect((0..<8).map { pattern[$0] } == [0, 0, 0, 255, 1, 0, 0, 0])
    }
}
