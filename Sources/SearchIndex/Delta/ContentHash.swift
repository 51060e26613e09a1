extension IndexedDocument {
    /// 64 bits over everything but the signals: two states of a document that agree in them differ in signals at most.
    /// O(bytes).
    var contentHash: UInt64 {
        var hash = ContentHash()
        hash.add(UInt64(bitPattern: id))
        for field in fields {
            field.bytes.withUnsafeBytes { hash.add($0) }
            field.ends.withUnsafeBytes { hash.add($0) }
        }
        // The order of tags means nothing.
        var tagSum: UInt64 = 0
        for tag in tags {
            var tagHash = ContentHash()
            tagHash.add(UInt64(tag.dimension))
            var value = tag.value
            value.withUTF8 { tagHash.add(UnsafeRawBufferPointer($0)) }
            tagSum &+= tagHash.value
        }
        hash.add(tagSum)
        hash.add(location.map { UInt64(UInt32(bitPattern: $0.latitudeE7)) << 32 | UInt64(UInt32(bitPattern: $0.longitudeE7)) } ?? 1)
        stored.withUnsafeBytes { hash.add($0) }
        return hash.value
    }
}

/// Multiply and mix, a word at a time.
private struct ContentHash {
    private(set) var value: UInt64 = 0x9E37_79B9_7F4A_7C15

    mutating func add(_ word: UInt64) {
        let product = (value ^ word) &* 0xFF51_AFD7_ED55_8CCD
        value = product ^ product >> 32
    }

    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        add(UInt64(bytes.count))
        let wholeWords = bytes.count & ~7
        for offset in stride(from: 0, to: wholeWords, by: 8) { add(bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) }
        for offset in wholeWords..<bytes.count { add(UInt64(bytes[offset])) }
    }
}
