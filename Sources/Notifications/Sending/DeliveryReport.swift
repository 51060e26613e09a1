import Foundation

/// What Twilio tells later about a text message.
struct DeliveryReport: Sendable {
    let providerID: String
    let status: String
    let errorCode: String?
    /// The number it went to.
    let recipient: String?

    private static let statuses: Set<String> = [
        "accepted", "scheduled", "queued", "sending", "sent", "delivered", "undelivered", "failed", "read", "partially_delivered", "canceled",
        "receiving", "received",
    ]

    /// Nil when it has no message or no known status.
    init?(_ fields: [(name: String, value: String)]) {
        func value(_ name: String) -> String? { fields.first { $0.name == name && !$0.value.isEmpty }?.value }
        guard let id = value("MessageSid"), id.utf8.count <= 64, let status = value("MessageStatus"), Self.statuses.contains(status) else {
            return nil
        }
        providerID = id
        self.status = status
        errorCode = value("ErrorCode").flatMap(Int.init).map(String.init)
        recipient = value("To")
    }
}

/// Notes a report, stops sending to a number that is none, and gives one that was out of reach another chance. Doing so twice is
/// the same as once.
struct RecordDeliveryReport: Sendable {
    let store: NotificationStore
    let addressHash: AddressHash
    let now: @Sendable () -> Date

    private static let secondTrySeconds = 900.0
    private static let undelivered: Set<String> = ["undelivered", "failed"]

    func callAsFunction(_ report: DeliveryReport) async throws {
        try await store.note(report)
        guard Self.undelivered.contains(report.status), let code = report.errorCode.flatMap({ Int($0) }) else { return }
        if let reason = TwilioCode.suppression(code), let recipient = report.recipient {
            try await store.suppress(.sms, hash: addressHash(.sms, recipient), reason: reason)
        }
        if TwilioCode.passing.contains(code) {
            try await store.tryOnceMore(report, at: now().addingTimeInterval(Self.secondTrySeconds))
        }
    }
}
