import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Postgres
import Web

/// `/v1/sign-in-codes`, `/v1/sessions`, `/v1/tokens`: getting in, staying in, getting out.
struct SessionRoutes {
    let feature: AccountsFeature

    func add(to router: Router<AppRequestContext>) {
        router.post("/v1/sign-in-codes") { request, context -> Response in
            var parameters = try await RequestParameters(json: request, context: context)
            let destination = parameters.destination()
            try parameters.finish()
            guard let destination else { throw Problem.invalidRequest([]) }
            return try await asking { try await feature.sendSignInCode(to: destination, client: Client(request, context)).response }
        }
        router.post("/v1/sessions") { request, context -> Response in
            var parameters = try await RequestParameters(json: request, context: context)
            let proof = try Proof(&parameters)
            return try await asking { try await signIn(proof, Client(request, context)).response }
        }
        router.post("/v1/tokens") { request, context -> Response in
            var parameters = try await RequestParameters(json: request, context: context)
            let token = parameters.string("refresh_token", maxBytes: 200)
            parameters.require("refresh_token", token != nil)
            try parameters.finish()
            return try await asking { .tokens(try await feature.refresh(token ?? "", client: Client(request, context)), status: .ok) }
        }
        router.get("/v1/sessions") { request, context -> Response in
            try RequestParameters(query: request).finish()
            let principal = try context.requirePrincipal()
            return try await asking { list(try await feature.sessions.list(principal.accountID, now: feature.now()), principal) }
        }
        router.delete("/v1/sessions") { request, context -> Response in
            try RequestParameters(query: request).finish()
            let principal = try context.requirePrincipal()
            return try await asking {
                try await feature.signOutEverywhere(principal: principal, client: Client(request, context))
                return .done
            }
        }
        router.delete("/v1/sessions/:id") { request, context -> Response in
            try RequestParameters(query: request).finish()
            let principal = try context.requirePrincipal()
            let named = try context.parameters.require("id")
            return try await asking {
                let session = named == "current" ? principal.sessionID : try context.identifier()
                guard try await feature.signOut(session: session, principal: principal, client: Client(request, context)) else {
                    throw Problem.notFound()
                }
                return .done
            }
        }
        addPushTokens(to: router)
    }

    private func addPushTokens(to router: Router<AppRequestContext>) {
        router.put("/v1/accounts/me/push-token") { request, context -> Response in
            var parameters = try await RequestParameters(json: request, context: context)
            let token = parameters.string("token", maxBytes: PushTokens.mostBytes)
            parameters.require("token", token != nil)
            try parameters.finish()
            let (session, now) = (try context.requirePrincipal().sessionID, feature.now())
            try await feature.pool.transaction { try await PushTokens.set(token ?? "", of: session, now: now, on: $0) }
            return .done
        }
        router.delete("/v1/accounts/me/push-token") { request, context -> Response in
            try RequestParameters(query: request).finish()
            try await PushTokens.remove(of: context.requirePrincipal().sessionID, on: feature.pool)
            return .done
        }
    }

    /// The ways to say who one is.
    private enum Proof {
        case password(EmailAddress, String)
        case code(UUID, String)
        case secondFactor(UUID, String)
        case idToken(String)

        init(_ parameters: inout RequestParameters) throws {
            let (email, password) = (parameters.email("email"), parameters.password("password"))
            let (challenge, code) = (parameters.string("challenge_id", maxBytes: 40), parameters.code("code"))
            let (authenticatorCode, idToken) = (parameters.code("authenticator_code"), parameters.string("id_token", maxBytes: CompactJWT.mostBytes))
            let given = [email != nil, password != nil, challenge != nil, code != nil, authenticatorCode != nil, idToken != nil]
            let ways = [
                [true, true, false, false, false, false], [false, false, true, true, false, false],
                [false, false, true, false, true, false], [false, false, false, false, false, true],
            ]
            try parameters.finish()
            guard let way = ways.firstIndex(of: given) else {
                parameters.refuse(
                    "email", code: "one_way", detail: "Send email and password, challenge_id and code, challenge_id and authenticator_code, or id_token.")
                try parameters.finish()
                throw Problem.invalidRequest([])
            }
            // An id that is none of ours is answered like a code that is wrong.
            let challengeID = challenge.flatMap(UUID.init(uuidString:)) ?? UUID()
            self =
                switch (way, email) {
                case (0, let email?): .password(email, password ?? "")
                case (1, _): .code(challengeID, code ?? "")
                case (2, _): .secondFactor(challengeID, authenticatorCode ?? "")
                default: .idToken(idToken ?? "")
                }
        }
    }

    private func signIn(_ proof: Proof, _ client: Client) async throws -> SignInOutcome {
        switch proof {
        case .password(let email, let password): try await feature.signIn(email: email, password: password, kind: .app, client: client)
        case .code(let challenge, let code): try await feature.signIn(challenge: challenge, code: code, kind: .app, client: client)
        case .secondFactor(let challenge, let code):
            try await feature.signIn(challenge: challenge, secondFactor: code, kind: .app, client: client)
        case .idToken(let token): try await feature.signIn(idToken: token, kind: .app, client: client)
        }
    }

    private func list(_ sessions: [SessionSummary], _ principal: Principal) -> Response {
        var json = JSONWriter()
        json.object {
            $0.key("data")
            $0.array { json in
                for session in sessions {
                    json.object {
                        $0.member("id", session.sessionID.text)
                        $0.member("device", session.device)
                        $0.member("created_at", session.createdAt.formatted(.iso8601))
                        $0.member("last_used_at", session.lastUsedAt.formatted(.iso8601))
                        $0.member("current", session.sessionID == principal.sessionID)
                    }
                }
            }
            $0.key("next_cursor")
            $0.null()
        }
        return .json(json, headers: .personal)
    }
}

extension Challenge {
    /// 202: something may have been sent.
    var response: Response {
        var json = JSONWriter()
        json.object {
            $0.member("challenge_id", challengeID.text)
            $0.member("expires_at", expiresAt.formatted(.iso8601))
        }
        return .json(json, status: .accepted, headers: .personal)
    }
}

extension SignInOutcome {
    /// 201 with tokens, or 202 with a challenge where the authenticator app has to speak too.
    var response: Response {
        switch self {
        case .tokens(let signedIn): .tokens(signedIn, status: .created)
        case .secondFactor(let challenge): challenge.response
        case .cookie: preconditionFailure("the API gives no cookies")
        }
    }
}

extension Response {
    fileprivate static func tokens(_ signedIn: SignedIn, status: HTTPResponse.Status) -> Response {
        var json = JSONWriter()
        json.object {
            $0.member("account_id", signedIn.accountID.text)
            $0.member("session_id", signedIn.sessionID.text)
            $0.member("token_type", "Bearer")
            $0.member("access_token", signedIn.accessToken)
            $0.member("expires_in", AccessTokens.lifetimeSeconds)
            $0.member("refresh_token", signedIn.refreshToken)
        }
        return .json(json, status: status, headers: .personal)
    }
}
