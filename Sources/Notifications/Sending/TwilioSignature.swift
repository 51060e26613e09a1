import Crypto
import Foundation

/// How Twilio signs what it posts: HMAC-SHA1, under the account's token, of the full public URL and each field, sorted by name.
enum TwilioSignature {
    /// In constant time.
    static func isValid(_ signature: String, url: String, fields: [(name: String, value: String)], authToken: String) -> Bool {
        guard let code = Data(base64Encoded: signature) else { return false }
        let sorted = fields.sorted { ($0.name, $0.value) < ($1.name, $1.value) }
        let signed = sorted.reduce(url) { $0 + $1.name + $1.value }
        return HMAC<Insecure.SHA1>.isValidAuthenticationCode(
            code, authenticating: Data(signed.utf8), using: SymmetricKey(data: Data(authToken.utf8)))
    }
}
