import Testing

@testable import Doctors

@Suite struct CSVRecordReaderTests {
    @Test("Quoted cells hold commas, quotes and line ends; the next record knows its line") func quoted() throws {
        let records = try read("a,\"b, \"\"c\"\"\",\"two\r\nlines\"\r\n\r\nd,,\"\"\r\n")
        #expect(records.map(\.lineNumber) == [1, 4])
        #expect(try records.map { try $0.cells.get() } == [["a", "b, \"c\"", "two\nlines"], ["d", "", ""]])
    }

    @Test("A quote that is not where RFC 4180 allows one makes a bad row", arguments: ["a\"b,c", "\"a\"b,c", "\"a\" ,c"])
    func strayQuote(_ line: String) throws {
        // A second quote keeps the pairs even, so that the row ends with its line.
        let records = try read(line + (line.count(where: { $0 == "\"" }) % 2 == 1 ? "\"" : "") + "\nnext,row\n")
        #expect(throws: RowProblem.self) { try records[0].cells.get() }
        #expect(try records[1].cells.get() == ["next", "row"])
    }

    @Test("A quote that is never closed makes one bad row") func openQuote() throws {
        let records = try read("a,\"b\nc,d\n")
        #expect(records.count == 1)
        #expect(throws: RowProblem(nil, "has a quote that is never closed")) { try records[0].cells.get() }
    }

    @Test("A record is bounded even where its quotes stay open") func boundedRecord() throws {
        let line = String(repeating: "x", count: 1 << 18) + "\n"
        let records = try read("\"" + String(repeating: line, count: 5) + "a,b\n")
        #expect(throws: RowProblem.self) { try records[0].cells.get() }
        #expect(try records.last?.cells.get() == ["a", "b"])
    }

    @Test("Bytes that are not UTF-8 make a bad row") func notUTF8() throws {
        var bytes: [UInt8] = [UInt8(ascii: "a"), 0xC3, 0x28]
        var reader = CSVRecordReader(lines: LineReader { defer { bytes = [] }; return bytes })
        let record = try #require(try reader.next())
        #expect(throws: RowProblem(nil, "is not valid UTF-8")) { try record.cells.get() }
    }

    private func read(_ text: String) throws -> [CSVRecordReader.Record] {
        var reader = CSVRecordReader(lines: LineReader(text: text, pieceBytes: 1 << 16))
        var records: [CSVRecordReader.Record] = []
        while let record = try reader.next() { records.append(record) }
        return records
    }
}
