import Crypto
import CryptoExtras
import CurlClient
import Foundation

/// A service account's key file, as Google's console gives it.
public struct FCMServiceAccount: Decodable, Sendable {
    let project_id: String
    let private_key_id: String
    let private_key: String
    let client_email: String
    let token_uri: String

    /// - Throws: when the file cannot be read or is no key file.
    public init(path: String) throws {
        self = try JSONDecoder().decode(FCMServiceAccount.self, from: Data(contentsOf: URL(filePath: path)))
    }
}

extension FCMServiceAccount: CustomStringConvertible, CustomReflectable {
    /// Without the key.
    public var description: String { "FCMServiceAccount(\(project_id))" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// An OAuth 2 access token by a signed assertion (RFC 7523), kept until shortly before it ends.
actor FCMAccessToken {
    enum Answer {
        case token(String)
        case failed(SendOutcome)
    }

    private let account: FCMServiceAccount
    private let key: _RSA.Signing.PrivateKey
    private let curl: CurlClient
    private let now: @Sendable () -> Date
    private var kept: (token: String, until: Date)?

    private static let scope = "https://www.googleapis.com/auth/firebase.messaging"
    private static let reserveSeconds = 60.0

    /// - Throws: when the account's key is no RSA key.
    init(account: FCMServiceAccount, curl: CurlClient, now: @escaping @Sendable () -> Date) throws {
        self.account = account
        key = try _RSA.Signing.PrivateKey(pemRepresentation: account.private_key)
        self.curl = curl
        self.now = now
    }

    /// The next call asks for a new one.
    func forget() { kept = nil }

    private struct Grant: Decodable {
        let access_token: String
        let expires_in: Double
    }

    /// - Throws: `CurlError`, `CancellationError`.
    func current() async throws -> Answer {
        if let kept, now() < kept.until { return .token(kept.token) }
        let form = [("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("assertion", try assertion())]
        let response = try await curl.send(
            CurlRequest(
                method: "POST", url: account.token_uri, headers: [("Content-Type", "application/x-www-form-urlencoded")],
                body: Array(FormBody.encoded(form).utf8), maximumResponseBytes: 100_000))
        guard response.status == 200, let grant = try? JSONDecoder().decode(Grant.self, from: Data(response.body)) else {
            let code = "oauth_\(response.status)"
            let isPassing = response.status == 429 || response.status >= 500
            return .failed(isPassing ? .unsent(code: code, afterSeconds: RetryAfter.seconds(response, at: now())) : .misconfigured(code: code))
        }
        kept = (grant.access_token, now().addingTimeInterval(grant.expires_in - Self.reserveSeconds))
        return .token(grant.access_token)
    }

    private struct Header: Encodable {
        let alg = "RS256"
        let typ = "JWT"
        let kid: String
    }

    private struct Claims: Encodable {
        let iss, scope, aud: String
        let iat, exp: Int
    }

    private func assertion() throws -> String {
        let issued = Int(now().timeIntervalSince1970)
        let claims = Claims(iss: account.client_email, scope: Self.scope, aud: account.token_uri, iat: issued, exp: issued + 3_600)
        let signed = try Self.base64URL(JSONEncoder().encode(Header(kid: account.private_key_id))) + "." + Self.base64URL(JSONEncoder().encode(claims))
        let signature = try key.signature(for: SHA256.hash(data: Data(signed.utf8)), padding: .insecurePKCS1v1_5)
        return "\(signed).\(Self.base64URL(signature.rawRepresentation))"
    }

    private static func base64URL(_ data: Data) -> String {
        data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
