import Testing

@testable import SearchIndex

@Suite("Frequency patterns")
struct FrequencyPatternTests {
    @Test("numbers run out gracefully: exact as long as they last, then only which fields hold the term")
    func overflow() {
        var table = FrequencyPatternTable()
        var random = SeededGenerator("frequency patterns")
        var numbers: [FrequencyPattern: UInt16] = [:]
        for _ in 0..<80_000 {
            var pattern = FrequencyPattern()
            for field in 0..<3 { pattern[field] = UInt16(random.int(0...60)) }
            let number = table.number(of: pattern)
            #expect(numbers[pattern, default: number] == number, "a pattern keeps its number")
            numbers[pattern] = number
        }
        #expect(numbers.count > 65_536 && table.patterns.count <= 65_536)
        #expect(numbers.allSatisfy { table.patterns[Int($1)].fieldMask == $0.fieldMask })
        #expect(numbers.count { table.patterns[Int($1)] == $0 } >= 65_280)
    }
}
