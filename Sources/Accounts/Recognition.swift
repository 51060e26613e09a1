import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import Web

extension AccountsFeature {
    /// Who makes a request, for `Router.web`. Where programs ask by `Authorization: Bearer`, on pages by cookie, never both. The
    /// session must stand at this moment: signing out, disabling an account and taking a role away hold at once.
    @Sendable public func recognise(_ request: Request, _ context: AppRequestContext) async throws -> Recognition {
        return try await asking { request.isAPI ? try await recogniseBearer(request) : try await recogniseCookie(request, context) }
    }

    private func recogniseBearer(_ request: Request) async throws -> Recognition {
        guard let header = request.headers[.authorization] else { return Recognition() }
        let parts = header.split(separator: " ")
        let now = now()
        guard parts.count == 2, parts[0].lowercased() == "bearer", let claims = accessTokens.claims(of: String(parts[1]), now: now),
            let principal = try await sessions.principal(session: claims.sid, account: claims.sub, now: now)
        else { throw Problem.unauthenticated }
        return Recognition(principal: principal)
    }

    private func recogniseCookie(_ request: Request, _ context: AppRequestContext) async throws -> Recognition {
        guard let secret = SessionCookie(request, context).secret(in: request),
            let principal = try await sessions.principal(cookieHash: secret.hash, now: now())
        else { return Recognition() }
        return Recognition(principal: principal, formToken: formToken(secret))
    }

    /// What a session's forms carry: follows from its secret, which no other site sees.
    func formToken(_ secret: SecretToken) -> String {
        Base64URL.encode(Array(HMAC<SHA256>.authenticationCode(for: Array(secret.text.utf8), using: formTokenKey).prefix(16)))
    }
}

/// The session's cookie. Its `__Host-` name makes browsers hold it to HTTPS, this host and no subdomain; only at loopback over
/// plain HTTP, where a person tries the site out, it goes without.
struct SessionCookie {
    private let isPlain: Bool

    init(_ request: Request, _ context: AppRequestContext) {
        let host = (request.head.authority ?? "").lowercased()
        let isLoopback = ["127.0.0.1", "localhost", "[::1]"].contains { host == $0 || host.hasPrefix($0 + ":") }
        isPlain = isLoopback && !context.isForwardedHTTPS
    }

    private var name: String { isPlain ? "session" : "__Host-session" }
    private var attributes: String { "; Path=/; HttpOnly; SameSite=Lax" + (isPlain ? "" : "; Secure") }

    func secret(in request: Request) -> SecretToken? {
        for header in request.headers[values: .cookie] {
            for pair in header.split(separator: ";") {
                let parts = pair.split(separator: "=", maxSplits: 1).map { $0.drop { $0 == " " } }
                if parts.count == 2, parts[0] == name { return SecretToken(text: String(parts[1])) }
            }
        }
        return nil
    }

    /// The value of `Set-Cookie` for a new session.
    func setting(_ secret: SecretToken) -> String { "\(name)=\(secret.text); Max-Age=\(Int(SessionStore.lifetimeSeconds))\(attributes)" }

    /// The value of `Set-Cookie` that forgets the session.
    var forgetting: String { "\(name)=; Max-Age=0\(attributes)" }
}
