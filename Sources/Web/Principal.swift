import Foundation

/// Who makes a request, as the site knows it.
public struct Principal: Sendable, Equatable {
    /// What an account may be used for; one account can have several.
    public enum Role: String, CaseIterable, Sendable {
        case patient, doctor, staff, administrator, support
    }

    public let accountID: UUID
    /// The sign-in this request belongs to, one per device or browser.
    public let sessionID: UUID
    public let roles: Set<Role>

    public init(accountID: UUID, sessionID: UUID, roles: Set<Role>) {
        self.accountID = accountID
        self.sessionID = sessionID
        self.roles = roles
    }
}

extension AppRequestContext {
    /// Who makes the request.
    /// - Throws: 401 for nobody known.
    public func requirePrincipal() throws(Problem) -> Principal {
        guard let principal else { throw .unauthenticated }
        return principal
    }
}
