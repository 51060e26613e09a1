import Crypto
import Foundation

/// Tells addresses apart without keeping them.
struct AddressHash: Sendable {
    let key: SymmetricKey

    /// 32 bytes; the same for the same address in any case.
    func callAsFunction(_ channel: Channel, _ address: String) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: Data("\(channel.rawValue) \(address.lowercased())".utf8), using: key))
    }
}
