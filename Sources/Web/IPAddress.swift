import Foundation

/// An IPv4 or IPv6 address; IPv4 written as IPv6 is IPv4.
struct IPAddress: Hashable, Sendable {
    /// 4 or 16.
    let bytes: [UInt8]

    /// Nil unless the text is an address and nothing else.
    init?(_ text: some StringProtocol) {
        var buffer = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, String(text), &buffer) == 1 {
            bytes = Array(buffer.prefix(4))
        } else if inet_pton(AF_INET6, String(text), &buffer) == 1 {
            let isMapped = buffer.prefix(10).allSatisfy { $0 == 0 } && buffer[10] == 0xFF && buffer[11] == 0xFF
            bytes = isMapped ? Array(buffer.suffix(4)) : buffer
        } else {
            return nil
        }
    }

    /// Whoever holds one IPv6 address holds its /64, so limits count that.
    var limited: [UInt8] { bytes.count == 16 ? Array(bytes.prefix(8)) : bytes }
}

/// A range of addresses, `10.0.0.0/8` or a single one.
public struct AddressRange: Sendable {
    private let start: IPAddress
    private let prefixBits: Int

    /// Nil unless the text is an address with or without a prefix length.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let start = IPAddress(parts[0]) else { return nil }
        let most = start.bytes.count * 8
        guard parts.count == 1 || Int(parts[1]).map((0...most).contains) == true else { return nil }
        self.start = start
        prefixBits = parts.count == 2 ? Int(parts[1]) ?? most : most
    }

    func contains(_ address: IPAddress) -> Bool {
        guard address.bytes.count == start.bytes.count else { return false }
        return zip(start.bytes, address.bytes).enumerated().allSatisfy { index, pair in
            let bits = min(8, max(0, prefixBits - index * 8))
            return (pair.0 ^ pair.1) >> (8 - bits) == 0 || bits == 0
        }
    }
}
