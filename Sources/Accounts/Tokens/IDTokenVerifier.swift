import CryptoExtras
import Foundation

/// Whose ID tokens are accepted as proof of who somebody is.
public struct IDTokenIssuer: Sendable, Equatable {
    /// `iss`, compared as a whole.
    public let issuer: String
    /// `aud`, compared as a whole.
    public let audience: String
    /// Where the issuer's JSON Web Key Set is.
    public let keysURL: String
    /// Whether the claims that Firebase alone writes must be there.
    let isFirebase: Bool

    /// Any OpenID Connect provider that signs with RS256.
    public init(issuer: String, audience: String, keysURL: String) {
        self.issuer = issuer
        self.audience = audience
        self.keysURL = keysURL
        isFirebase = issuer.hasPrefix("https://securetoken.google.com/")
    }

    /// Firebase Authentication of a project.
    public init(firebaseProject project: String) {
        self.init(
            issuer: "https://securetoken.google.com/\(project)", audience: project,
            keysURL: "https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com")
    }
}

/// Why an ID token proves nothing. For our log; callers hear one answer.
enum IDTokenRefusal: String, Error {
    case malformed, wrongAlgorithm, unknownKey, wrongSignature, wrongIssuer, wrongAudience, noSubject, expired, fromTheFuture, notFirebase
}

/// What a verified ID token says.
struct ExternalIdentity: Equatable {
    let issuer: String
    let subject: String
    /// Only where the issuer says it is verified.
    let email: String?
    /// Only where the issuer proves numbers itself; E.164.
    let phone: String?
}

/// Checks ID tokens: RS256 and nothing else, by the issuer's current keys, every claim.
struct IDTokenVerifier: Sendable {
    /// Clocks differ.
    private static let toleranceSeconds = 60.0

    let issuer: IDTokenIssuer
    let keys: SigningKeys

    /// - Throws: `IDTokenRefusal`; what the keys throw when they cannot be fetched.
    func verify(_ token: String, now: Date) async throws -> ExternalIdentity {
        guard let jwt = CompactJWT(token) else { throw IDTokenRefusal.malformed }
        guard jwt.header.alg == "RS256" else { throw IDTokenRefusal.wrongAlgorithm }
        // Firebase always names its key.
        guard jwt.header.kid != nil || !issuer.isFirebase, let key = try await keys.key(jwt.header.kid, now: now) else {
            throw IDTokenRefusal.unknownKey
        }
        let signature = _RSA.Signing.RSASignature(rawRepresentation: jwt.signature)
        guard key.isValidSignature(signature, for: jwt.signed, padding: .insecurePKCS1v1_5) else { throw IDTokenRefusal.wrongSignature }
        guard let claims = try? JSONDecoder().decode(Claims.self, from: jwt.payload) else { throw IDTokenRefusal.malformed }
        return try identity(claims, now: now.timeIntervalSince1970)
    }

    private func identity(_ claims: Claims, now: Double) throws(IDTokenRefusal) -> ExternalIdentity {
        guard claims.iss == issuer.issuer else { throw .wrongIssuer }
        guard claims.aud.values == [issuer.audience] else { throw .wrongAudience }
        guard (1...128).contains(claims.sub.unicodeScalars.count) else { throw .noSubject }
        guard claims.exp + Self.toleranceSeconds > now else { throw .expired }
        guard claims.iat <= now + Self.toleranceSeconds, (claims.auth_time ?? claims.iat) <= now + Self.toleranceSeconds else {
            throw .fromTheFuture
        }
        if issuer.isFirebase {
            guard claims.auth_time != nil, let provider = claims.firebase?.sign_in_provider, provider != "anonymous" else { throw .notFirebase }
        }
        let isPhoneProven = issuer.isFirebase || claims.phone_number_verified == true
        return ExternalIdentity(
            issuer: claims.iss, subject: claims.sub, email: claims.email_verified == true ? claims.email.flatMap(EmailAddress.init)?.text : nil,
            phone: isPhoneProven ? claims.phone_number.flatMap(PhoneNumber.init)?.text : nil)
    }

    /// Times are seconds and may be fractional. The names are those of the claims.
    private struct Claims: Decodable {
        let iss: String
        let aud: Audience
        let sub: String
        let exp: Double
        let iat: Double
        let auth_time: Double?
        let email: String?
        let email_verified: Bool?
        let phone_number: String?
        let phone_number_verified: Bool?
        let firebase: Firebase?

        struct Firebase: Decodable { let sign_in_provider: String }
    }

    /// One text or a list.
    private struct Audience: Decodable {
        let values: [String]

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            values = try (try? [container.decode(String.self)]) ?? container.decode([String].self)
        }
    }
}
