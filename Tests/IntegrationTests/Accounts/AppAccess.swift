import Web

@testable import App

/// The site's own table, so that these tests run under the rules the server runs under.
enum AppAccess {
    static var rules: AccessRules { .site }
}
