import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Postgres
import Web

/// `/account`: addresses, dependants and sign-ins, each changed by a form of its own.
struct AccountPage {
    let feature: AccountsFeature

    func add(to router: Router<AppRequestContext>) {
        router.get("/account") { request, context -> Response in
            try RequestParameters(query: request).finish()
            return try await asking { try await page(context) }
        }
        router.post("/account/verifications") { request, context -> Response in
            var parameters = try await RequestParameters(form: request, context: context)
            let typed = parameters.string("address", maxBytes: 254)
            try parameters.finish()
            let principal = try context.requirePrincipal()
            guard let destination = AccountMessage.Destination(typed: typed ?? "") else {
                throw Problem.invalidRequest([FieldError("address", code: "not_an_address", detail: "Write a cell number or an e-mail address.")])
            }
            return try await asking {
                let challenge = try await feature.sendVerificationCode(
                    to: destination, account: principal.accountID, client: Client(request, context))
                return codePage(challenge.challengeID, context).response(feature.pages)
            }
        }
        router.post("/account/verifications/code") { request, context -> Response in
            var parameters = try await RequestParameters(form: request, context: context)
            let challenge = parameters.string("challenge", maxBytes: 40).flatMap(UUID.init(uuidString:)) ?? UUID()
            let code = parameters.code("code")
            try parameters.finish()
            let principal = try context.requirePrincipal()
            return try await refusing(codePage(challenge, context), wrongProof: .unprocessableContent, feature.pages) {
                try await feature.verify(challenge: challenge, code: code ?? "", principal: principal, client: Client(request, context))
                return .seeOther("/account")
            }
        }
        addDependants(to: router)
        addSignOut(to: router)
    }

    private func addDependants(to router: Router<AppRequestContext>) {
        router.post("/account/dependants") { request, context -> Response in
            var parameters = try await RequestParameters(form: request, context: context)
            var details = PersonDetails()
            details.displayName = parameters.string("display_name", maxBytes: 120)
            let (day, month, year) = (parameters.int("birth_day", in: 1...31), parameters.int("birth_month", in: 1...12), parameters.int("birth_year", in: 1900...2100))
            if let day, let month, let year { details.birthDate = PostgresDate(year: year, month: month, day: day) }
            let consents = parameters.bool("guardian_consent") == true
            parameters.require("display_name", details.displayName != nil)
            parameters.require("birth_day", details.birthDate != nil)
            parameters.require("guardian_consent", consents)
            try parameters.finish()
            let principal = try context.requirePrincipal()
            let complete = details
            return try await asking {
                _ = try await feature.addDependant(complete, principal: principal, client: Client(request, context))
                return .seeOther("/account")
            }
        }
        router.post("/account/dependants/removal") { request, context -> Response in
            var parameters = try await RequestParameters(form: request, context: context)
            let person = parameters.string("person", maxBytes: 40).flatMap(UUID.init(uuidString:)) ?? UUID()
            try parameters.finish()
            let principal = try context.requirePrincipal()
            return try await asking {
                try await feature.removeDependant(person, principal: principal, client: Client(request, context))
                return .seeOther("/account")
            }
        }
    }

    private func addSignOut(to router: Router<AppRequestContext>) {
        router.post("/account/sessions/end") { request, context -> Response in
            var parameters = try await RequestParameters(form: request, context: context)
            let session = parameters.string("session", maxBytes: 40).flatMap(UUID.init(uuidString:)) ?? UUID()
            try parameters.finish()
            let principal = try context.requirePrincipal()
            return try await asking {
                _ = try await feature.signOut(session: session, principal: principal, client: Client(request, context))
                return .seeOther("/account")
            }
        }
        router.post("/sign-out") { request, context -> Response in
            try await RequestParameters(form: request, context: context).finish()
            let principal = try context.requirePrincipal()
            return try await asking {
                _ = try await feature.signOut(session: principal.sessionID, principal: principal, client: Client(request, context))
                return signedOut(request, context)
            }
        }
        router.post("/sign-out/everywhere") { request, context -> Response in
            try await RequestParameters(form: request, context: context).finish()
            let principal = try context.requirePrincipal()
            return try await asking {
                try await feature.signOutEverywhere(principal: principal, client: Client(request, context))
                return signedOut(request, context)
            }
        }
    }

    private func codePage(_ challenge: UUID, _ context: AppRequestContext) -> FormPage {
        FormPage.code(challenge, next: nil, action: "/account/verifications/code").with("form_token", context.formToken)
    }

    private func signedOut(_ request: Request, _ context: AppRequestContext) -> Response {
        var response = Response.seeOther("/")
        response.headers[.setCookie] = SessionCookie(request, context).forgetting
        return response
    }

    private func page(_ context: AppRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        guard let account = try await AccountStore.account(principal.accountID, on: feature.pool) else { throw Problem.unauthenticated }
        let model = Model(
            account, persons: try await feature.persons.list(principal.accountID, on: feature.pool),
            sessions: try await feature.sessions.list(principal.accountID, now: feature.now()), current: principal.sessionID,
            doctors: try await AccountsFeature.actsFor(principal, on: feature.pool).doctorIDs, formToken: context.formToken ?? "")
        return feature.pages.render("account", title: "Your account", headers: .personal, model: model)
    }

    private struct Model {
        struct PersonLine {
            let id, name, formToken: String
            let born: String?
            let isSelf: Bool
        }

        struct SessionLine {
            let id, device, lastUsed, formToken: String
            let isCurrent: Bool
        }

        struct Day {
            let name, address: String
        }

        let email, phone: String?
        let emailIsOpen: Bool
        /// For doctors: where their day stands.
        let days: [Day]
        let persons: [PersonLine]
        let sessions: [SessionLine]
        let formToken: String

        init(_ account: Account, persons: [Person], sessions: [SessionSummary], current: UUID, doctors: Set<Int64>, formToken: String) {
            (email, phone) = (account.email, account.phone)
            emailIsOpen = account.email != nil && !account.isEmailVerified
            days = doctors.sorted().map { Day(name: doctors.count == 1 ? "Your day and week" : "Day of doctor \($0)", address: "/practice/doctors/\($0)/day") }
            self.persons = persons.map {
                PersonLine(
                    id: $0.personID.text, name: $0.details.displayName ?? "You", formToken: formToken, born: $0.details.birthDate?.description,
                    isSelf: $0.isSelf)
            }
            self.sessions = sessions.map {
                SessionLine(
                    id: $0.sessionID.text, device: $0.device, lastUsed: Self.day($0.lastUsedAt), formToken: formToken,
                    isCurrent: $0.sessionID == current)
            }
            self.formToken = formToken
        }

        private static func day(_ date: Date) -> String { String((date + 7200).formatted(.iso8601).prefix(10)) }
    }
}
