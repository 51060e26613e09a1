/// The words of one text, folded for search, in one buffer: no `String` per word.
public struct AnalysedText: Sendable {
    /// The tokens' folded UTF-8, concatenated without separators. A token has 1 to `TextAnalyser.maximumTokenBytes` bytes.
    public let bytes: [UInt8]
    /// End of token i in `bytes`; it starts at `ends[i - 1]`, the first at 0.
    public let ends: [UInt32]
    /// UTF-8 offsets of token i in the source text, on scalar borders, for highlighting. They ascend and are never empty;
    /// tokens made from one scalar (½ → 1, 2) share its range.
    public let sourceRanges: [Range<Int>]

    /// Number of tokens.
    public var count: Int { ends.count }

    /// Token i as a `String`: a convenience that allocates; hot code reads `bytes`. Traps unless `0 <= i < count`.
    public func token(_ i: Int) -> String {
        let start = i == 0 ? 0 : Int(ends[i - 1])
        return String(decoding: bytes[start..<Int(ends[i])], as: UTF8.self)
    }
}
