/// Reads the records of a CSV file after RFC 4180: cells in double quotes may hold commas, line ends and doubled quotes.
struct CSVRecordReader {
    struct Record {
        /// The line the record starts on, counted from 1.
        let lineNumber: Int
        let cells: Result<[String], RowProblem>
    }

    private(set) var lines: LineReader

    init(lines: LineReader) { self.lines = lines }

    /// The next record that is not an empty line, or nil at the end.
    mutating func next() throws -> Record? {
        while let line = try lines.next() {
            if line.bytes?.isEmpty == true { continue }
            let bytes = try completed(line)
            return Record(lineNumber: line.number, cells: Result { () throws(RowProblem) in try Self.cells(bytes) })
        }
        return nil
    }

    /// The line and the ones after it until its quotes are paired; nil when that is too long.
    private mutating func completed(_ line: LineReader.Line) throws -> [UInt8]? {
        guard var bytes = line.bytes.map(Array.init) else { return nil }
        var hasOpenQuote = Self.hasOddQuotes(bytes)
        while hasOpenQuote, let next = try lines.next() {
            guard let more = next.bytes, bytes.count + more.count < LineReader.maximumLineBytes else { return nil }
            bytes.append(UInt8(ascii: "\n"))
            bytes += more
            if Self.hasOddQuotes(more) { hasOpenQuote = false }
        }
        return bytes
    }

    private static func hasOddQuotes(_ bytes: some Sequence<UInt8>) -> Bool {
        bytes.reduce(false) { $1 == UInt8(ascii: "\"") ? !$0 : $0 }
    }

    private static func cells(_ bytes: [UInt8]?) throws(RowProblem) -> [String] {
        guard let bytes else { throw RowProblem(nil, "is longer than \(LineReader.maximumLineBytes) bytes") }
        var cells: [String] = []
        var position = 0
        repeat {
            var cell: [UInt8] = []
            if position < bytes.count, bytes[position] == UInt8(ascii: "\"") {
                try readQuoted(bytes, &position, into: &cell)
            } else {
                readPlain(bytes, &position, into: &cell)
            }
            guard position == bytes.count || bytes[position] == UInt8(ascii: ",") else {
                throw RowProblem(nil, "has a quote in the middle of cell \(cells.count + 1)")
            }
            guard let text = String(validating: cell, as: UTF8.self) else { throw RowProblem(nil, "is not valid UTF-8") }
            cells.append(text)
            position += 1
        } while position <= bytes.count
        return cells
    }

    private static func readPlain(_ bytes: [UInt8], _ position: inout Int, into cell: inout [UInt8]) {
        while position < bytes.count, bytes[position] != UInt8(ascii: ","), bytes[position] != UInt8(ascii: "\"") {
            cell.append(bytes[position])
            position += 1
        }
    }

    private static func readQuoted(_ bytes: [UInt8], _ position: inout Int, into cell: inout [UInt8]) throws(RowProblem) {
        position += 1
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: "\"") {
                position += 1
                guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { return }
            }
            cell.append(bytes[position])
            position += 1
        }
        throw RowProblem(nil, "has a quote that is never closed")
    }
}
