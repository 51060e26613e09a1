import Foundation

/// Reads a file line by line: memory for one block and the longest line, whatever the file's size.
enum LineReader {
    private static let blockBytes = 1 << 20

    /// Calls `body` with the bytes of each line, without the line feed, and its number from 1. A last line without line
    /// feed counts. A `LineProblem` thrown by `body` becomes a `ReplayError` that names the line.
    static func forEachLine(of file: String, _ body: (_ line: [UInt8], _ number: Int) throws -> Void) throws {
        guard let handle = FileHandle(forReadingAtPath: file) else {
            throw ReplayError.unreadable(file: file, reason: "cannot be opened")
        }
        var number = 0
        func take(_ line: [UInt8]) throws {
            number += 1
            do {
                try body(line, number)
            } catch let problem as LineProblem {
                throw ReplayError.badLine(file: file, line: number, reason: problem.reason)
            }
        }
        var begun: [UInt8] = []
        while let block = try nextBlock(of: handle, file: file) {
            var rest = block[...]
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                try take(begun + rest[..<end])
                begun.removeAll(keepingCapacity: true)
                rest = rest[(end + 1)...]
            }
            begun += rest
        }
        if !begun.isEmpty { try take(begun) }
    }

    private static func nextBlock(of handle: FileHandle, file: String) throws -> [UInt8]? {
        do {
            return try handle.read(upToCount: blockBytes).map { [UInt8]($0) }
        } catch {
            throw ReplayError.unreadable(file: file, reason: "cannot be read")
        }
    }
}
