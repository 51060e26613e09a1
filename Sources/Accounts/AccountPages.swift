import Foundation
import HTTPTypes
import Hummingbird
import Web

/// Pages for getting in and for one's own account. Nothing needs scripts; codes and addresses never stand in a URL.
struct AccountPages {
    let feature: AccountsFeature

    static let templates = [
        PageTemplate("account-form", PackageResources.account_form_mustache), PageTemplate("account", PackageResources.account_mustache),
    ]

    func add(to router: Router<AppRequestContext>) {
        addCodeSignIn(to: router)
        addPasswordSignIn(to: router)
        addPasswordReset(to: router)
        AccountPage(feature: feature).add(to: router)
    }

    private func addCodeSignIn(to router: Router<AppRequestContext>) {
        router.get("/sign-in") { request, _ -> Response in FormPage.signIn(next: try next(request)).response(feature.pages) }
        router.post("/sign-in") { request, context -> Response in
            var parameters = try await RequestParameters(form: request, context: context)
            let typed = parameters.string("address", maxBytes: 254)
            let page = FormPage.signIn(next: NextPage.checked(parameters.string("next", maxBytes: 2_000)))
            try parameters.finish()
            guard let destination = AccountMessage.Destination(typed: typed ?? "") else {
                return page.refused("Write a cell number or an e-mail address.", typed: typed).response(feature.pages)
            }
            return try await form(page, typed: typed) {
                let challenge = try await feature.sendSignInCode(to: destination, client: Client(request, context))
                return FormPage.code(challenge.challengeID, next: page.next).response(feature.pages)
            }
        }
        router.post("/sign-in/code") { request, context -> Response in
            let (challenge, code, next) = try await answer(request, context)
            return try await form(.code(challenge, next: next)) {
                let outcome = try await feature.signIn(challenge: challenge, code: code, kind: .browser, client: Client(request, context))
                return signedIn(outcome, next: next, request, context)
            }
        }
        router.post("/sign-in/authenticator") { request, context -> Response in
            let (challenge, code, next) = try await answer(request, context)
            return try await form(.authenticator(challenge, next: next)) {
                let outcome = try await feature.signIn(
                    challenge: challenge, secondFactor: code, kind: .browser, client: Client(request, context))
                return signedIn(outcome, next: next, request, context)
            }
        }
    }

    private func addPasswordSignIn(to router: Router<AppRequestContext>) {
        router.get("/sign-in/password") { request, _ -> Response in FormPage.password(next: try next(request)).response(feature.pages) }
        router.post("/sign-in/password") { request, context -> Response in
            var parameters = try await RequestParameters(form: request, context: context)
            let (typed, password) = (parameters.string("email", maxBytes: 254), parameters.password("password"))
            let page = FormPage.password(next: NextPage.checked(parameters.string("next", maxBytes: 2_000)))
            try parameters.finish()
            return try await form(page, typed: typed) {
                guard let email = typed.flatMap(EmailAddress.init), let password else { throw AccountRefusal.wrongPassword }
                let outcome = try await feature.signIn(email: email, password: password, kind: .browser, client: Client(request, context))
                return signedIn(outcome, next: page.next, request, context)
            }
        }
        router.get("/sign-up") { request, _ -> Response in FormPage.signUp(next: try next(request)).response(feature.pages) }
        router.post("/sign-up") { request, context -> Response in
            var parameters = try await RequestParameters(form: request, context: context)
            let (typed, password) = (parameters.string("email", maxBytes: 254), parameters.password("password"))
            let displayName = parameters.string("display_name", maxBytes: 120)
            let page = FormPage.signUp(next: NextPage.checked(parameters.string("next", maxBytes: 2_000)))
            try parameters.finish()
            guard let email = typed.flatMap(EmailAddress.init) else {
                return page.refused("Write an e-mail address, like name@example.com.", typed: typed).response(feature.pages)
            }
            return try await form(page, typed: typed) {
                let outcome = try await feature.signUp(
                    email: email, password: password ?? "", displayName: displayName, kind: .browser, client: Client(request, context))
                return signedIn(outcome, next: page.next, request, context)
            }
        }
    }

    private func addPasswordReset(to router: Router<AppRequestContext>) {
        router.get("/password-reset") { request, _ -> Response in
            try RequestParameters(query: request).finish()
            return FormPage.reset.response(feature.pages)
        }
        router.post("/password-reset") { request, context -> Response in
            var parameters = try await RequestParameters(form: request, context: context)
            let typed = parameters.string("email", maxBytes: 254)
            try parameters.finish()
            guard let email = typed.flatMap(EmailAddress.init) else {
                return FormPage.reset.refused("Write an e-mail address, like name@example.com.", typed: typed).response(feature.pages)
            }
            return try await form(.reset, typed: typed) {
                let challenge = try await feature.sendPasswordReset(to: email, client: Client(request, context))
                return FormPage.newPassword(challenge.challengeID).response(feature.pages)
            }
        }
        router.post("/password-reset/code") { request, context -> Response in
            var parameters = try await RequestParameters(form: request, context: context)
            let (code, password) = (parameters.code("code"), parameters.password("password"))
            let challenge = parameters.string("challenge", maxBytes: 40).flatMap(UUID.init(uuidString:)) ?? UUID()
            try parameters.finish()
            return try await form(.newPassword(challenge)) {
                try await feature.resetPassword(
                    challenge: challenge, code: code ?? "", to: password ?? "", client: Client(request, context))
                return .seeOther("/sign-in/password")
            }
        }
    }

    private func next(_ request: Request) throws -> String? {
        var parameters = try RequestParameters(query: request)
        let next = parameters.string("next", maxBytes: 4_000)
        try parameters.finish()
        return NextPage.checked(next)
    }

    private func answer(_ request: Request, _ context: AppRequestContext) async throws -> (challenge: UUID, code: String, next: String?) {
        var parameters = try await RequestParameters(form: request, context: context)
        let challenge = parameters.string("challenge", maxBytes: 40).flatMap(UUID.init(uuidString:)) ?? UUID()
        let (code, next) = (parameters.code("code"), parameters.string("next", maxBytes: 2_000))
        try parameters.finish()
        return (challenge, code ?? "", NextPage.checked(next))
    }

    private func form(_ page: FormPage, typed: String? = nil, _ work: () async throws -> Response) async throws -> Response {
        try await refusing(page, typed: typed, feature.pages, work)
    }

    private func signedIn(_ outcome: SignInOutcome, next: String?, _ request: Request, _ context: AppRequestContext) -> Response {
        switch outcome {
        case .cookie(let secret):
            var response = Response.seeOther(next ?? "/account")
            response.headers[.setCookie] = SessionCookie(request, context).setting(secret)
            return response
        case .secondFactor(let challenge): return FormPage.authenticator(challenge.challengeID, next: next).response(feature.pages)
        case .tokens: preconditionFailure("pages give no tokens")
        }
    }
}

/// Answers a refusal with the same form and what is wrong, except too many tries, which the error page tells.
/// - Parameter wrongProof: the status where a password or code was wrong.
func refusing(
    _ page: FormPage, typed: String? = nil, wrongProof: HTTPResponse.Status = .unauthorized, _ pages: PageRenderer,
    _ work: () async throws -> Response
) async throws -> Response {
    do {
        return try await asking(work)
    } catch let problem as Problem where [401, 409, 422].contains(problem.status.code) || problem.errors.first?.field == "password" {
        let refused = page.refused(problem.errors.first?.detail ?? problem.title + ".", typed: typed)
        return refused.response(pages, refusal: problem.status == .unauthorized ? wrongProof : .unprocessableContent)
    }
}

extension FormPage {
    /// What its hidden field says.
    var next: String? { hidden.first { $0.name == "next" }?.value }
}

extension Response {
    static func seeOther(_ address: String) -> Response {
        Response(status: .seeOther, headers: [.location: address, .cacheControl: "no-store"])
    }
}

extension AccountMessage.Destination {
    /// What somebody typed into one field; nil unless it is one of the two.
    init?(typed: String) {
        if let email = EmailAddress(typed) { self = .email(email.text) } else if let phone = PhoneNumber(typed) { self = .phone(phone.text) } else { return nil }
    }
}
