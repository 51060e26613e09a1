import CICU

/// Reads words of any script through ICU: word boundaries from its iterator, each word folded chunk by chunk.
///
/// `@unchecked Sendable`: `TextAnalyser` takes a reader out of its locked list before use and puts it back afterwards,
/// so that only one thread ever holds it.
final class WordReader: @unchecked Sendable {
    private let breaker: OpaquePointer
    private let folder = ScalarFolder()

    init(locale: String) {
        guard let breaker = cicu_word_breaker_open(locale) else {
            preconditionFailure("ICU is installed without its word break data")
        }
        self.breaker = breaker
    }

    deinit { cicu_word_breaker_close(breaker) }

    func read(_ utf8: UnsafeBufferPointer<UInt8>) -> AnalysedText {
        var writer = TokenWriter(capacity: utf8.count)
        guard let base = utf8.baseAddress, cicu_word_breaker_set_text(breaker, base, Int64(utf8.count)) else {
            return writer.finish()
        }
        var position = 0
        var boundary = 0
        while position < utf8.count {
            if position >= boundary {
                writer.endWord()
                boundary = nextBoundary(after: position, or: utf8.count)
            }
            let chunk = folder.fold(utf8, from: position)
            for scalar in chunk.scalars { writer.write(scalar, source: position..<chunk.end) }
            position = chunk.end
        }
        return writer.finish()
    }

    private func nextBoundary(after position: Int, or end: Int) -> Int {
        while true {
            let next = Int(cicu_word_breaker_next(breaker))
            if next < 0 { return end }
            if next > position { return next }
        }
    }
}
