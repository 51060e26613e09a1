import Audit
import Foundation
import HTTPTypes
import Hummingbird
import Web

/// What is known of the device a request comes from.
struct Client: Sendable {
    /// What it calls itself, for the person's own list of sign-ins.
    let device: String
    let addressHash: [UInt8]
    let requestID: String

    init(_ request: Request, _ context: AppRequestContext) {
        let agent = request.headers[.userAgent]?.unicodeScalars.filter { $0.value >= 32 && $0.value < 127 }.map(String.init).joined() ?? ""
        device = agent.isEmpty ? "unknown" : String(agent.prefix(120))
        addressHash = context.clientAddress?.hash ?? []
        requestID = context.requestID
    }

    /// An audit line of this request.
    func entry(_ actor: UUID?, _ action: String, account: UUID) -> AuditEntry {
        AuditEntry(
            actor: actor, action: action, subject: "account:\(account.uuidString.lowercased())", requestID: requestID, addressHash: addressHash)
    }
}
