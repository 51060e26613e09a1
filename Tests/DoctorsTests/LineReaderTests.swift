import Testing

@testable import Doctors

@Suite struct LineReaderTests {
    @Test("Lines are the same however the file is cut into pieces", arguments: [1, 2, 3, 7, 1000])
    func pieces(_ size: Int) throws {
        let lines = try read("\u{FEFF}first\r\nsecond\n\nfourth é", pieceBytes: size)
        #expect(lines.map(\.number) == [1, 2, 3, 4])
        #expect(lines.map { $0.bytes.map { String(decoding: $0, as: UTF8.self) } } == ["first", "second", "", "fourth é"])
    }

    @Test("The line end of the last line is not a line") func lastLineEnd() throws {
        #expect(try read("one\ntwo\n", pieceBytes: 3).count == 2)
        #expect(try read("", pieceBytes: 3).isEmpty)
    }

    @Test("A line of 16 MB is passed over in the memory of one piece, and the next one is read") func longLine() throws {
        var pieces = Array(repeating: [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 16), count: 256)
        pieces.append(Array("\nshort\n".utf8))
        var reader = LineReader { pieces.isEmpty ? [] : pieces.removeFirst() }
        #expect(try reader.next() == LineReader.Line(number: 1, bytes: nil))
        #expect(try reader.next() == LineReader.Line(number: 2, bytes: Array("short".utf8)[...]))
        #expect(try reader.next() == nil)
        #expect(reader.bytesRead == 16 << 20 + 7)
    }

    @Test("A line of exactly the limit is read") func limit() throws {
        let text = String(repeating: "x", count: LineReader.maximumLineBytes)
        #expect(try read(text + "\n" + text + "y", pieceBytes: 1 << 18).map { $0.bytes == nil } == [false, true])
    }

    private func read(_ text: String, pieceBytes: Int) throws -> [LineReader.Line] {
        var reader = LineReader(text: text, pieceBytes: pieceBytes)
        var lines: [LineReader.Line] = []
        while let line = try reader.next() { lines.append(line) }
        return lines
    }
}

extension LineReader {
    /// Reads a text as if it came from a file.
    init(text: String, pieceBytes: Int = 64) {
        var rest = Array(text.utf8)[...]
        self.init {
            defer { rest = rest.dropFirst(pieceBytes) }
            return Array(rest.prefix(pieceBytes))
        }
    }
}
