import HTTPTypes
import Web

/// Every expected "no" of this feature.
enum AccountRefusal: Error, Equatable {
    case wrongPassword
    case wrongCode
    case wrongToken
    case emailTaken
    case phoneTaken
    case currentPasswordWrong
    case weakPassword(code: String, detail: String)
    case noSuchPerson
    case changedMeanwhile
    case tooManyPersons
    case fieldKeysMissing
    case authenticatorThere
    case authenticatorMissing
    case providerMissing
    /// Tried too often; try again after so many seconds.
    case tooMany(retryAfterSeconds: Int)
}

extension AccountRefusal {
    /// As HTTP tells it. Wrong, unknown, expired and used are one answer each.
    var problem: Problem {
        switch self {
        case .wrongPassword:
            Problem(
                .unauthorized, code: "account.wrong_password", title: "E-mail address or password is wrong",
                detail: "Check both. A password works once the e-mail address is confirmed; you can also sign in by a code.",
                headers: [.wwwAuthenticate: "Bearer"])
        case .wrongCode:
            Problem(
                .unauthorized, code: "account.wrong_code", title: "The code is wrong or no longer valid",
                detail: "Check the code, or ask for a new one.", headers: [.wwwAuthenticate: "Bearer"])
        case .wrongToken:
            Problem(
                .unauthorized, code: "account.wrong_token", title: "The token is not valid", detail: "Sign in again.",
                headers: [.wwwAuthenticate: "Bearer"])
        case .emailTaken:
            Problem(
                .conflict, code: "account.email_taken", title: "You already have an account with this e-mail address",
                detail: "Sign in there by a code sent to it.")
        case .phoneTaken:
            Problem(
                .conflict, code: "account.phone_taken", title: "You already have an account with this number",
                detail: "Sign in there by a code sent to it.")
        case .currentPasswordWrong:
            Problem(.unprocessableContent, code: "account.current_password_wrong", title: "The current password is wrong")
        case .weakPassword(let code, let detail):
            .invalidRequest([FieldError("password", code: code, detail: detail)])
        case .noSuchPerson: .notFound("You have no such person in your account.")
        case .changedMeanwhile:
            Problem(
                .preconditionFailed, code: "account.changed_meanwhile", title: "This was changed meanwhile",
                detail: "Read it again, then make your change.")
        case .tooManyPersons:
            Problem(.unprocessableContent, code: "account.too_many_persons", title: "An account has at most 20 persons")
        case .fieldKeysMissing:
            .unavailable(retryAfterSeconds: 3600, detail: "This server has no keys for sensitive fields, so they cannot be kept.")
        case .authenticatorThere:
            Problem(
                .conflict, code: "account.authenticator_there", title: "An authenticator app is set up already",
                detail: "Remove it first.")
        case .authenticatorMissing:
            Problem(.conflict, code: "account.authenticator_missing", title: "No authenticator app is set up")
        case .providerMissing:
            Problem(
                .unprocessableContent, code: "account.provider_missing", title: "This way of signing in is not offered",
                detail: "Use another way.")
        case .tooMany(let seconds): .tooManyRequests(retryAfterSeconds: seconds)
        }
    }
}
