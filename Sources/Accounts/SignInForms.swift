import Domain
import Foundation
import Web

/// The forms somebody meets on the way in.
extension FormPage {
    static func signIn(next: String?) -> FormPage {
        FormPage(
            heading: "Sign in", lead: "We send you a code. You need no password.", action: "/sign-in",
            fields: [
                Field(name: "address", label: "Cell number or e-mail", hint: "For example 082 123 4567", autocomplete: "username")
            ],
            button: "Send me a code",
            links: [
                Link(address: "/sign-in/password" + query(next), text: "Sign in with a password"),
                Link(address: "/sign-up" + query(next), text: "Make an account with a password"),
            ]
        ).with("next", next)
    }

    static func code(_ challenge: UUID, next: String?, action: String = "/sign-in/code") -> FormPage {
        FormPage(
            heading: "Enter the code", lead: "We sent six digits to what you gave us. They hold for ten minutes.", action: action,
            fields: [Field(name: "code", label: "Code", autocomplete: "one-time-code", maxLength: 20, isCode: true)], button: "Go on",
            links: action == "/sign-in/code" ? [Link(address: "/sign-in" + query(next), text: "Send a new code, or use another way")] : []
        ).with("challenge", challenge.text).with("next", next)
    }

    static func authenticator(_ challenge: UUID, next: String?) -> FormPage {
        FormPage(
            heading: "Enter the code of your app", lead: "Open your authenticator app. A recovery code works too.", action: "/sign-in/authenticator",
            fields: [Field(name: "code", label: "Code", autocomplete: "one-time-code", maxLength: 20)], button: "Sign in"
        ).with("challenge", challenge.text).with("next", next)
    }

    static func password(next: String?) -> FormPage {
        FormPage(
            heading: "Sign in with a password", lead: nil, action: "/sign-in/password",
            fields: [
                Field(name: "email", label: "E-mail", type: "email", autocomplete: "username"),
                Field(name: "password", label: "Password", type: "password", autocomplete: "current-password"),
            ],
            button: "Sign in",
            links: [
                Link(address: "/sign-in" + query(next), text: "Sign in by a code instead"),
                Link(address: "/password-reset", text: "Set a new password"),
            ]
        ).with("next", next)
    }

    static func signUp(next: String?) -> FormPage {
        FormPage(
            heading: "Make an account", lead: "With a password. You can also sign in by a code, without one.", action: "/sign-up",
            fields: [
                Field(name: "email", label: "E-mail", type: "email", autocomplete: "username"),
                Field(
                    name: "password", label: "Password", hint: "At least \(PasswordRules.fewestCharacters) characters. A few words in a row are fine.",
                    type: "password", autocomplete: "new-password"),
                Field(name: "display_name", label: "First names and surname", autocomplete: "name", maxLength: 120),
            ],
            button: "Make my account", links: [Link(address: "/sign-in" + query(next), text: "Sign in instead")]
        ).with("next", next)
    }

    static var reset: FormPage {
        FormPage(
            heading: "Set a new password", lead: "We send a code to your e-mail address, if it is confirmed.", action: "/password-reset",
            fields: [Field(name: "email", label: "E-mail", type: "email", autocomplete: "username")], button: "Send me a code")
    }

    static func newPassword(_ challenge: UUID) -> FormPage {
        FormPage(
            heading: "Choose a new password", lead: "The code is in the e-mail we sent. You are signed out everywhere else.",
            action: "/password-reset/code",
            fields: [
                Field(name: "code", label: "Code", autocomplete: "one-time-code", maxLength: 20),
                Field(
                    name: "password", label: "New password", hint: "At least \(PasswordRules.fewestCharacters) characters.", type: "password",
                    autocomplete: "new-password"),
            ],
            button: "Set the password"
        ).with("challenge", challenge.text)
    }

    private static func query(_ next: String?) -> String {
        let escaped = next?.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(CharacterSet(charactersIn: "/-._~")))
        return escaped.map { "?next=\($0)" } ?? ""
    }
}

/// Where to go after signing in: a page of ours and nothing else.
enum NextPage {
    /// Nil for anything that could lead a browser off this site.
    static func checked(_ text: String?) -> String? {
        guard let text, text.hasPrefix("/"), !text.hasPrefix("//"), text.utf8.count <= 2_000,
            text.utf8.allSatisfy({ $0 > 32 && $0 < 127 && $0 != UInt8(ascii: "\\") })
        else { return nil }
        return text
    }
}
