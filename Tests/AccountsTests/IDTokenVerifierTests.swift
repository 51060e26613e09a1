import Crypto
import CryptoExtras
import Foundation
import Synchronization
import Testing
import Web

@testable import Accounts

/// An issuer with keys of its own, made by hand.
final class HandMadeIssuer: Sendable {
    static let now = Date(timeIntervalSince1970: 1_800_000_000)
    static let first = try! _RSA.Signing.PrivateKey(keySize: .bits2048)
    static let second = try! _RSA.Signing.PrivateKey(keySize: .bits2048)

    private struct State {
        var keys: [(String, _RSA.Signing.PublicKey)]
        var fetches = 0
        var isDown = false
    }
    private let state = Mutex(State(keys: [("first", first.publicKey)]))
    let maxAge: Double

    init(maxAge: Double = 3600) { self.maxAge = maxAge }

    var fetches: Int { state.withLock { $0.fetches } }
    func publish(_ keys: [(String, _RSA.Signing.PublicKey)]) { state.withLock { $0.keys = keys } }
    func goDown() { state.withLock { $0.isDown = true } }

    struct Down: Error {}

    var keys: SigningKeys {
        SigningKeys { [self] in
            let (keys, isDown) = state.withLock { state in
                state.fetches += 1
                return (state.keys, state.isDown)
            }
            if isDown { throw Down() }
            let list = try keys.map { id, key in
                let parts = try key.getKeyPrimitives()
                return #"{"kty":"RSA","alg":"RS256","use":"sig","kid":"\#(id)","n":"\#(Base64URL.encode(Array(parts.modulus)))","e":"\#(Base64URL.encode(Array(parts.publicExponent)))"}"#
            }
            return (Array(#"{"keys":[\#(list.joined(separator: ","))]}"#.utf8), maxAge)
        }
    }

    static let firebase = IDTokenIssuer(firebaseProject: "rtd")

    /// Every claim Firebase writes, with changes; NSNull takes a claim away.
    static func claims(_ changes: [String: Any] = [:]) -> [String: Any] {
        let time = Int(now.timeIntervalSince1970)
        var claims: [String: Any] = [
            "iss": "https://securetoken.google.com/rtd", "aud": "rtd", "sub": "u1", "user_id": "u1", "iat": time - 10, "exp": time + 3590,
            "auth_time": time - 20, "email": "Ann@Example.com", "email_verified": true, "phone_number": "+27821234567",
            "firebase": ["sign_in_provider": "phone", "identities": [String: Any]()] as [String: Any],
        ]
        for (name, value) in changes { claims[name] = value is NSNull ? nil : value }
        return claims
    }

    static func token(
        _ claims: [String: Any], kid: String? = "first", alg: String = "RS256", key: _RSA.Signing.PrivateKey = first,
        signature: (([UInt8]) throws -> [UInt8])? = nil
    ) throws -> String {
        var header: [String: Any] = ["alg": alg, "typ": "JWT"]
        header["kid"] = kid
        let parts = try [header, claims].map { Base64URL.encode(Array(try JSONSerialization.data(withJSONObject: $0))) }
        let signed = Array(parts.joined(separator: ".").utf8)
        let made = try signature?(signed) ?? Array(key.signature(for: SHA256.hash(data: signed), padding: .insecurePKCS1v1_5).rawRepresentation)
        return parts.joined(separator: ".") + "." + Base64URL.encode(made)
    }
}

@Suite struct IDTokenVerifierTests {
    static let now = HandMadeIssuer.now

    func refusal(_ token: String, _ issuer: HandMadeIssuer = HandMadeIssuer(), now: Date = now) async throws -> IDTokenRefusal? {
        do {
            _ = try await IDTokenVerifier(issuer: HandMadeIssuer.firebase, keys: issuer.keys).verify(token, now: now)
            return nil
        } catch let refusal as IDTokenRefusal {
            return refusal
        }
    }

    @Test("A good token gives the subject and the proven addresses")
    func good() async throws {
        let verifier = IDTokenVerifier(issuer: HandMadeIssuer.firebase, keys: HandMadeIssuer().keys)
        let identity = try await verifier.verify(HandMadeIssuer.token(HandMadeIssuer.claims()), now: Self.now)
        #expect(identity == ExternalIdentity(issuer: "https://securetoken.google.com/rtd", subject: "u1", email: "ann@example.com", phone: "+27821234567"))
        let unproven = try await verifier.verify(HandMadeIssuer.token(HandMadeIssuer.claims(["email_verified": false])), now: Self.now)
        #expect(unproven.email == nil)
    }

    @Test("Another provider needs no claims of Firebase, and its number counts only if it says it is verified")
    func otherProvider() async throws {
        let issuer = IDTokenIssuer(issuer: "https://other.example", audience: "app", keysURL: "")
        let verifier = IDTokenVerifier(issuer: issuer, keys: HandMadeIssuer().keys)
        let claims = HandMadeIssuer.claims(["iss": "https://other.example", "aud": ["app"], "firebase": NSNull(), "auth_time": NSNull()])
        let identity = try await verifier.verify(HandMadeIssuer.token(claims), now: Self.now)
        #expect(identity.phone == nil && identity.email == "ann@example.com")
    }

    @Test("A token without a key id is believed of a provider with one key, not of one with two, and never of Firebase")
    func noKeyID() async throws {
        let other = IDTokenIssuer(issuer: "https://other.example", audience: "app", keysURL: "")
        let token = try HandMadeIssuer.token(HandMadeIssuer.claims(["iss": "https://other.example", "aud": "app"]), kid: nil)
        let issuer = HandMadeIssuer()
        _ = try await IDTokenVerifier(issuer: other, keys: issuer.keys).verify(token, now: Self.now)
        issuer.publish([("first", HandMadeIssuer.first.publicKey), ("second", HandMadeIssuer.second.publicKey)])
        await #expect(throws: IDTokenRefusal.unknownKey) { try await IDTokenVerifier(issuer: other, keys: issuer.keys).verify(token, now: Self.now) }
    }

    @Test("Every claim that is wrong is refused for itself")
    func claims() async throws {
        let time = Self.now.timeIntervalSince1970
        let cases: [([String: Any], IDTokenRefusal)] = [
            (["iss": "https://securetoken.google.com/rtd2"], .wrongIssuer), (["iss": "https://session.firebase.google.com/rtd"], .wrongIssuer),
            (["aud": "other"], .wrongAudience), (["aud": ["rtd", "other"]], .wrongAudience), (["aud": [String]()], .wrongAudience),
            (["aud": "https://identitytoolkit.googleapis.com/google.identity.identitytoolkit.v1.IdentityToolkit"], .wrongAudience),
            (["sub": ""], .noSubject), (["sub": String(repeating: "a", count: 129)], .noSubject), (["sub": NSNull()], .malformed),
            (["sub": 5], .malformed), (["exp": time - 61], .expired), (["exp": NSNull()], .malformed), (["exp": "never"], .malformed),
            (["iat": time + 61], .fromTheFuture), (["iat": NSNull()], .malformed), (["auth_time": time + 61], .fromTheFuture),
            (["auth_time": NSNull()], .notFirebase), (["firebase": NSNull()], .notFirebase),
            (["firebase": ["sign_in_provider": "anonymous"]], .notFirebase),
        ]
        for (changes, expected) in cases {
            #expect(try await refusal(HandMadeIssuer.token(HandMadeIssuer.claims(changes))) == expected, "\(changes)")
        }
        #expect(try await refusal(HandMadeIssuer.token(HandMadeIssuer.claims(["exp": time - 0.5, "sub": String(repeating: "a", count: 128)]))) == nil)
    }

    @Test("alg none, other algorithms and HMAC with the public key as the secret are refused")
    func algorithms() async throws {
        let claims = HandMadeIssuer.claims()
        #expect(try await refusal(HandMadeIssuer.token(claims, alg: "none", signature: { _ in [] })) == .wrongAlgorithm)
        #expect(try await refusal(HandMadeIssuer.token(claims, alg: "None", signature: { _ in [] })) == .wrongAlgorithm)
        #expect(try await refusal(HandMadeIssuer.token(claims, alg: "RS512")) == .wrongAlgorithm)
        for secret in [HandMadeIssuer.first.publicKey.pemRepresentation, HandMadeIssuer.first.publicKey.pkcs1PEMRepresentation] {
            let confuse: ([UInt8]) -> [UInt8] = { Array(HMAC<SHA256>.authenticationCode(for: $0, using: SymmetricKey(data: Array(secret.utf8)))) }
            #expect(try await refusal(HandMadeIssuer.token(claims, alg: "HS256", signature: confuse)) == .wrongAlgorithm)
            #expect(try await refusal(HandMadeIssuer.token(claims, alg: "RS256", signature: confuse)) == .wrongSignature)
        }
        #expect(try await refusal(HandMadeIssuer.token(claims, signature: { _ in [] })) == .wrongSignature)
        #expect(try await refusal(HandMadeIssuer.token(claims, key: HandMadeIssuer.second)) == .wrongSignature)
        #expect(try await refusal(HandMadeIssuer.token(claims, kid: nil)) == .unknownKey)
    }

    @Test("Our own access tokens and garbage are no ID tokens")
    func others() async throws {
        let own = try AccessTokens([WebSecrets(rootKey: Array(0..<32))]).sign(account: UUID(), session: UUID(), now: Self.now)
        #expect(try await refusal(own) == .wrongAlgorithm)
        for text in ["", "a.b.c", "..", String(repeating: "a", count: 8_193)] { #expect(try await refusal(text) == .malformed) }
    }

    @Test("A new key is fetched once when a token names it; unknown ids do not fetch again within a minute")
    func rotation() async throws {
        let issuer = HandMadeIssuer()
        let verifier = IDTokenVerifier(issuer: HandMadeIssuer.firebase, keys: issuer.keys)
        _ = try await verifier.verify(HandMadeIssuer.token(HandMadeIssuer.claims()), now: Self.now)
        #expect(issuer.fetches == 1)
        issuer.publish([("first", HandMadeIssuer.first.publicKey), ("second", HandMadeIssuer.second.publicKey)])
        let rotated = try HandMadeIssuer.token(HandMadeIssuer.claims(), kid: "second", key: HandMadeIssuer.second)
        _ = try await verifier.verify(rotated, now: Self.now + 61)
        #expect(issuer.fetches == 2)
        for number in 0..<50 {
            let unknown = try HandMadeIssuer.token(HandMadeIssuer.claims(), kid: "unknown\(number)")
            await #expect(throws: IDTokenRefusal.unknownKey) { try await verifier.verify(unknown, now: Self.now + 62) }
        }
        #expect(issuer.fetches == 2)
        issuer.publish([("second", HandMadeIssuer.second.publicKey)])
        let expired = try HandMadeIssuer.token(HandMadeIssuer.claims(["exp": Self.now.timeIntervalSince1970 + 9_000]))
        await #expect(throws: IDTokenRefusal.unknownKey) { try await verifier.verify(expired, now: Self.now + 4_000) }
        #expect(issuer.fetches == 3)
    }

    @Test("While the issuer is away its kept keys hold until they expire, then signing in is not available; many at once fetch once")
    func outage() async throws {
        let issuer = HandMadeIssuer(maxAge: 100)
        let verifier = IDTokenVerifier(issuer: HandMadeIssuer.firebase, keys: issuer.keys)
        let token = try HandMadeIssuer.token(HandMadeIssuer.claims())
        try await withThrowingTaskGroup { group in
            for _ in 0..<20 { group.addTask { _ = try await verifier.verify(token, now: Self.now) } }
            try await group.waitForAll()
        }
        #expect(issuer.fetches == 1)
        issuer.goDown()
        let unknown = try HandMadeIssuer.token(HandMadeIssuer.claims(), kid: "second", key: HandMadeIssuer.second)
        await #expect(throws: IDTokenRefusal.unknownKey) { try await verifier.verify(unknown, now: Self.now + 70) }
        _ = try await verifier.verify(token, now: Self.now + 99)
        await #expect(throws: Problem.self) { try await verifier.verify(token, now: Self.now + 200) }
    }
}
