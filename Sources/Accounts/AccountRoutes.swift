import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Web

/// `/v1/accounts` and what belongs to one: addresses, password, authenticator app.
struct AccountRoutes {
    let feature: AccountsFeature

    func add(to router: Router<AppRequestContext>) {
        router.post("/v1/accounts") { request, context -> Response in
            var parameters = try await RequestParameters(json: request, context: context)
            let (email, password) = (parameters.email("email"), parameters.password("password"))
            let displayName = parameters.string("display_name", maxBytes: 120)
            parameters.require("email", email != nil)
            parameters.require("password", password != nil)
            try parameters.finish()
            guard let email, let password else { throw Problem.invalidRequest([]) }
            return try await asking {
                try await feature.signUp(
                    email: email, password: password, displayName: displayName, kind: .app, client: Client(request, context)
                ).response
            }
        }
        router.get("/v1/accounts/me") { request, context -> Response in
            try RequestParameters(query: request).finish()
            let principal = try context.requirePrincipal()
            return try await asking {
                guard let account = try await AccountStore.account(principal.accountID, on: feature.pool) else { throw Problem.unauthenticated }
                return .json(account.json, headers: .personal)
            }
        }
        addAddresses(to: router)
        addPasswords(to: router)
        addAuthenticator(to: router)
    }

    private func addAddresses(to router: Router<AppRequestContext>) {
        router.post("/v1/accounts/me/verifications") { request, context -> Response in
            var parameters = try await RequestParameters(json: request, context: context)
            let destination = parameters.destination()
            try parameters.finish()
            guard let destination else { throw Problem.invalidRequest([]) }
            let principal = try context.requirePrincipal()
            return try await asking {
                try await feature.sendVerificationCode(to: destination, account: principal.accountID, client: Client(request, context)).response
            }
        }
        router.post("/v1/accounts/me/verifications/:id/confirmation") { request, context -> Response in
            var parameters = try await RequestParameters(json: request, context: context)
            let code = parameters.code("code")
            parameters.require("code", code != nil)
            try parameters.finish()
            let principal = try context.requirePrincipal()
            return try await asking {
                try await feature.verify(
                    challenge: try context.identifier(), code: code ?? "", principal: principal, client: Client(request, context))
                return .done
            }
        }
    }

    private func addPasswords(to router: Router<AppRequestContext>) {
        router.put("/v1/accounts/me/password") { request, context -> Response in
            var parameters = try await RequestParameters(json: request, context: context)
            let (current, password) = (parameters.password("current_password"), parameters.password("password"))
            parameters.require("password", password != nil)
            try parameters.finish()
            let principal = try context.requirePrincipal()
            return try await asking {
                try await feature.changePassword(current: current, to: password ?? "", principal: principal, client: Client(request, context))
                return .done
            }
        }
        router.post("/v1/password-resets") { request, context -> Response in
            var parameters = try await RequestParameters(json: request, context: context)
            let email = parameters.email("email")
            parameters.require("email", email != nil)
            try parameters.finish()
            guard let email else { throw Problem.invalidRequest([]) }
            return try await asking { try await feature.sendPasswordReset(to: email, client: Client(request, context)).response }
        }
        router.post("/v1/password-resets/:id/confirmation") { request, context -> Response in
            var parameters = try await RequestParameters(json: request, context: context)
            let (code, password) = (parameters.code("code"), parameters.password("password"))
            parameters.require("code", code != nil)
            parameters.require("password", password != nil)
            try parameters.finish()
            return try await asking {
                try await feature.resetPassword(
                    challenge: try context.identifier(), code: code ?? "", to: password ?? "", client: Client(request, context))
                return .done
            }
        }
    }

    private func addAuthenticator(to router: Router<AppRequestContext>) {
        router.post("/v1/accounts/me/authenticator") { request, context -> Response in
            try RequestParameters(query: request).finish()
            let principal = try context.requirePrincipal()
            return try await asking {
                let begun = try await feature.beginAuthenticator(principal: principal)
                var json = JSONWriter()
                json.object {
                    $0.member("secret", begun.secret)
                    $0.member("address", begun.address)
                }
                return .json(json, status: .created, headers: .personal)
            }
        }
        router.post("/v1/accounts/me/authenticator/confirmation") { request, context -> Response in
            let code = try await authenticatorCode(request, context)
            let principal = try context.requirePrincipal()
            return try await asking {
                let codes = try await feature.confirmAuthenticator(code: code, principal: principal, client: Client(request, context))
                var json = JSONWriter()
                json.object {
                    $0.key("recovery_codes")
                    $0.array { json in codes.forEach { json.string($0) } }
                }
                return .json(json, headers: .personal)
            }
        }
        router.post("/v1/accounts/me/authenticator/removal") { request, context -> Response in
            let code = try await authenticatorCode(request, context)
            let principal = try context.requirePrincipal()
            return try await asking {
                try await feature.removeAuthenticator(code: code, principal: principal, client: Client(request, context))
                return .done
            }
        }
    }

    private func authenticatorCode(_ request: Request, _ context: AppRequestContext) async throws -> String {
        var parameters = try await RequestParameters(json: request, context: context)
        let code = parameters.code("code")
        parameters.require("code", code != nil)
        try parameters.finish()
        return code ?? ""
    }
}

extension AppRequestContext {
    /// The path's `:id`; what is no id is nothing we have.
    func identifier() throws -> UUID {
        guard let id = UUID(uuidString: try parameters.require("id")) else { throw Problem.notFound() }
        return id
    }
}

extension HTTPFields {
    /// For one person, kept nowhere.
    static var personal: HTTPFields { [.cacheControl: "private, no-store"] }
}

extension Response {
    /// 204.
    static var done: Response { Response(status: .noContent, headers: .personal) }
}

extension Account {
    fileprivate var json: JSONWriter {
        var json = JSONWriter()
        json.object {
            $0.member("id", accountID.text)
            $0.key("email")
            if let email { $0.string(email) } else { $0.null() }
            $0.member("email_verified", isEmailVerified)
            $0.key("phone")
            if let phone { $0.string(phone) } else { $0.null() }
            $0.member("has_password", hasPassword)
            $0.member("has_authenticator", hasAuthenticator)
            $0.key("roles")
            $0.array { json in roles.forEach { json.string($0) } }
        }
        return json
    }
}
