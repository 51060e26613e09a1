/// Whether every byte is below 0x80. One pass that the compiler vectorises.
func isASCII(_ utf8: UnsafeBufferPointer<UInt8>) -> Bool {
    var all: UInt8 = 0
    for byte in utf8 { all |= byte }
    return all < 0x80
}

/// Words of ASCII text: runs of letters and digits; an apostrophe between two letters is dropped, everything else separates.
/// Gives exactly what `WordReader` gives for the same bytes.
func analyseASCII(_ utf8: UnsafeBufferPointer<UInt8>) -> AnalysedText {
    var ends: [UInt32] = []
    var sourceRanges: [Range<Int>] = []
    ends.reserveCapacity(utf8.count / 6 + 1)
    sourceRanges.reserveCapacity(utf8.count / 6 + 1)
    let bytes = [UInt8](unsafeUninitializedCapacity: utf8.count) { target, written in
        var position = 0
        while position < utf8.count {
            guard foldedASCII(utf8[position]) != 0 else {
                position &+= 1
                continue
            }
            let start = position
            let limit = written &+ TextAnalyser.maximumTokenBytes
            while position < utf8.count {
                let folded = foldedASCII(utf8[position])
                if folded == 0 {
                    guard isApostropheBetweenLetters(position, in: utf8) else { break }
                } else if written < limit {
                    target[written] = folded
                    written &+= 1
                }
                position &+= 1
            }
            ends.append(UInt32(truncatingIfNeeded: written))
            sourceRanges.append(start..<position)
        }
    }
    return AnalysedText(bytes: bytes, ends: ends, sourceRanges: sourceRanges)
}

/// Lower case of an ASCII letter or digit, 0 for every other byte.
@inline(__always)
private func foldedASCII(_ byte: UInt8) -> UInt8 {
    let lower = byte | 0x20
    if lower &- UInt8(ascii: "a") < 26 { return lower }
    return byte &- UInt8(ascii: "0") < 10 ? byte : 0
}

private func isApostropheBetweenLetters(_ position: Int, in utf8: UnsafeBufferPointer<UInt8>) -> Bool {
    utf8[position] == UInt8(ascii: "'")
        && position > 0 && isASCIILetter(utf8[position - 1])
        && position + 1 < utf8.count && isASCIILetter(utf8[position + 1])
}

private func isASCIILetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- UInt8(ascii: "a") < 26 }
