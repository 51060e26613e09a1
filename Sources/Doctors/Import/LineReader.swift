import Foundation

/// Reads a file line by line in memory of one piece and one line, whatever the size of the file.
/// Lines end with LF or CRLF; a byte order mark at the start is passed over.
struct LineReader {
    struct Line: Equatable {
        /// Counted from 1.
        let number: Int
        /// Without the line end. Nil when the line is longer than `maximumLineBytes`; its bytes are passed over.
        let bytes: ArraySlice<UInt8>?
    }

    /// No row of any format may be longer.
    static let maximumLineBytes = 1 << 20

    private let readPiece: () throws -> [UInt8]
    private var piece: ArraySlice<UInt8> = []
    private var lineNumber = 0
    private(set) var bytesRead = 0

    /// - Parameter readPiece: the next bytes of the file; none at its end.
    init(readPiece: @escaping () throws -> [UInt8]) { self.readPiece = readPiece }

    init(_ file: FileHandle) {
        self.init { Array(try file.read(upToCount: 1 << 18) ?? Data()) }
    }

    /// The next line, or nil at the end of the file.
    mutating func next() throws -> Line? {
        guard try fill() else { return nil }
        lineNumber += 1
        var bytes: ArraySlice<UInt8> = []
        var isTooLong = false
        while try fill() {
            let end = piece.firstIndex(of: UInt8(ascii: "\n"))
            let part = piece[..<(end ?? piece.endIndex)]
            isTooLong = isTooLong || bytes.count + part.count > Self.maximumLineBytes
            if isTooLong { bytes = [] } else if bytes.isEmpty { bytes = part } else { bytes += part }
            piece = piece[(end.map { $0 + 1 } ?? piece.endIndex)...]
            bytesRead += part.count + (end == nil ? 0 : 1)
            if end != nil { break }
        }
        if bytes.last == UInt8(ascii: "\r") { bytes = bytes.dropLast() }
        if lineNumber == 1, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
        return Line(number: lineNumber, bytes: isTooLong ? nil : bytes)
    }

    private mutating func fill() throws -> Bool {
        if piece.isEmpty { piece = try readPiece()[...] }
        return !piece.isEmpty
    }
}
