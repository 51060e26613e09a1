import Foundation
import Logging
import Metrics
import Synchronization

/// Sends what is due, a few at a time.
struct SendNotifications: Sendable {
    let store: NotificationStore
    let dependencies: NotificationsFeature.Dependencies
    let channels: [Channel: any MessageChannel]
    let texts: MessageTexts
    let addressHash: AddressHash
    let pauses = ChannelPauses()
    let now: @Sendable () -> Date
    let logger: Logger

    private static let workers = 8
    /// Before looking again when others were faster.
    private static let turn = Duration.milliseconds(5)
    /// Several times what a provider may take to answer.
    private static let vanishedSeconds = 180.0
    /// After an error of the database or another feature, before anything was sent.
    private static let internalPauseSeconds = 60.0

    /// Returns when nothing more is due.
    func callAsFunction() async throws {
        try await store.recover(sendingBefore: now().addingTimeInterval(-Self.vanishedSeconds), now: now())
        try await withThrowingDiscardingTaskGroup { group in
            for _ in 0..<Self.workers { group.addTask { while try await sendNext() {} } }
        }
    }

    /// A server that stops waits for the end of what it began: cancelling would leave open what became of it.
    private func sendNext() async throws -> Bool {
        guard let taken = try await store.take(now: now(), without: pauses.paused(at: now())) else { return false }
        if taken.isEmpty {
            try await Task.sleep(for: Self.turn)
        } else {
            try await Task { try await send(taken) }.value
        }
        return true
    }

    private func send(_ taken: [TakenNotification]) async throws {
        let ready: Ready?
        do {
            ready = try await prepare(taken)
        } catch {
            logger.warning("a message could not be made ready", metadata: ["error": "\(type(of: error))"])
            return try await store.postpone(taken.map(\.id), until: now().addingTimeInterval(Self.internalPauseSeconds), reason: "not_ready")
        }
        guard let ready else { return }
        try await settle(ready, try await hand(ready))
    }
}

// From taken to ready.
extension SendNotifications {
    private struct Ready {
        let taken: [TakenNotification]
        let message: Message
        let addresses: [String]
        var first: TakenNotification { taken[0] }
    }

    /// Nil when nothing is left to send; what is not sent has ended.
    private func prepare(_ taken: [TakenNotification]) async throws -> Ready? {
        let first = taken[0]
        guard let contact = try await dependencies.contact(first.accountID) else { return try await drop(taken, "no_contact") }
        let isEmailUsable = try await !usable(contact.addresses(.email), .email).isEmpty
        let choices = try await MessageChoices.read(first.accountID, on: store.pool)
        if let objection = SendingRules.objection(first, to: contact, choices, isEmailUsable: isEmailUsable) { return try await drop(taken, objection) }
        let addresses = try await usable(contact.addresses(first.channel), first.channel)
        guard !addresses.isEmpty else { return try await drop(taken, "suppressed") }
        let isWithinLimit = try await store.sentWithinADay(first, now: now()) < SendingRules.dailyLimit(first.channel)
        guard isWithinLimit || first.purpose == .cancellation else { return try await drop(taken, "limit") }
        let calendar = try await calendarFile(first)
        // Last of all, so that as little as possible can happen between the answer and the sending.
        let standing = try await stillStanding(taken)
        guard let leading = standing.first else { return nil }
        return Ready(taken: standing, message: words(standing, leading, contact, calendar), addresses: addresses)
    }

    private func words(_ standing: [TakenNotification], _ first: TakenNotification, _ contact: Contact, _ calendar: String?) -> Message {
        first.purpose == .reminder
            ? texts.reminder(of: standing.map(\.visit), language: contact.language, id: first.id)
            : texts.message(first.purpose, first.visit, language: contact.language, id: first.id, calendar: calendar)
    }

    private func usable(_ addresses: [String], _ channel: Channel) async throws -> [String] {
        var usable: [String] = []
        for address in addresses where try await !store.isSuppressed(channel, hash: addressHash(channel, address)) { usable.append(address) }
        return usable
    }

    private func calendarFile(_ message: TakenNotification) async throws -> String? {
        guard message.channel == .email, message.purpose.topic == .visits else { return nil }
        return try await dependencies.calendarFile(message.bookingID)
    }

    /// Those of use: not too late, and about a booking that stands, by what was heard and by what the booking itself says now.
    private func stillStanding(_ taken: [TakenNotification]) async throws -> [TakenNotification] {
        var standing: [TakenNotification] = []
        for message in taken {
            if message.expiresAt <= now() {
                _ = try await drop([message], "expired")
            } else if try await stands(message) {
                standing.append(message)
            } else {
                _ = try await drop([message], "superseded")
            }
        }
        return standing
    }

    private func stands(_ message: TakenNotification) async throws -> Bool {
        switch message.purpose {
        case .cancellation, .offer: true
        case .confirmation, .change, .reminder:
            if try await store.isKnownToStand(message) {
                try await dependencies.bookingStillStands(message.bookingID, message.bookingVersion)
            } else {
                false
            }
        }
    }

    private func drop(_ taken: [TakenNotification], _ reason: String) async throws -> Ready? {
        try await store.end(taken.map(\.id), state: .dropped, reason: reason)
        for message in taken { count(message, reason) }
        return nil
    }
}

// From ready to the end.
extension SendNotifications {
    /// To every address; one that took it is enough.
    private func hand(_ ready: Ready) async throws -> SendOutcome {
        guard let channel = channels[ready.first.channel] else { preconditionFailure("every channel has a sender") }
        var outcomes: [SendOutcome] = []
        for address in ready.addresses {
            let outcome = try await channel.send(ready.message, to: address)
            switch outcome {
            case .tokenGone: try await dependencies.forgetPushToken(address)
            case .suppressed(let reason, _):
                try await store.suppress(ready.first.channel, hash: addressHash(ready.first.channel, address), reason: reason)
            default: break
            }
            outcomes.append(outcome)
        }
        return outcomes.min { Self.rank($0) < Self.rank($1) } ?? .tokenGone
    }

    private static func rank(_ outcome: SendOutcome) -> Int {
        switch outcome {
        case .accepted: 0
        case .uncertain: 1
        case .unsent: 2
        case .misconfigured: 3
        case .suppressed, .refused, .tokenGone: 4
        }
    }

    private func settle(_ ready: Ready, _ outcome: SendOutcome) async throws {
        let ids = ready.taken.map(\.id)
        switch outcome {
        case .accepted(let providerID): try await end(ready, .sent, nil, providerID)
        case .unsent(let code, let seconds): try await postpone(ready, code, afterSeconds: seconds)
        case .uncertain(let code) where ready.first.channel == .sms: try await end(ready, .uncertain, code)
        case .uncertain(let code): try await postpone(ready, code, afterSeconds: nil)
        case .suppressed(_, let code): try await end(ready, .failed, code)
        case .tokenGone: try await end(ready, .failed, "token_gone")
        case .refused(let code):
            log(.warning, "a message was refused", ready, code)
            try await end(ready, .failed, code)
        case .misconfigured(let code):
            log(.error, "messages cannot be sent until the set-up is mended", ready, code)
            try await store.postpone(ids, until: pauses.pause(ready.first.channel, at: now()), reason: code)
        }
    }

    private func postpone(_ ready: Ready, _ code: String, afterSeconds seconds: Double?) async throws {
        guard let next = SendingRules.nextAttempt(of: ready.first, afterSeconds: seconds, now: now()) else {
            log(.warning, "a message was given up", ready, code)
            return try await end(ready, .failed, code)
        }
        count(ready.first, "postponed")
        try await store.postpone(ready.taken.map(\.id), until: next, reason: code)
    }

    private func end(_ ready: Ready, _ state: NotificationStore.EndState, _ reason: String?, _ providerID: String? = nil) async throws {
        try await store.end(ready.taken.map(\.id), state: state, reason: reason, providerID: providerID)
        count(ready.first, state.rawValue)
    }

    private func count(_ message: TakenNotification, _ result: String) {
        let dimensions = [("channel", message.channel.rawValue), ("purpose", message.purpose.rawValue), ("result", result)]
        Counter(label: "notifications_total", dimensions: dimensions).increment()
    }

    private func log(_ level: Logger.Level, _ text: Logger.Message, _ ready: Ready, _ code: String) {
        logger.log(level: level, text, metadata: [
            "channel": "\(ready.first.channel)", "kind": "\(ready.message.kind)", "id": "\(ready.message.id)", "code": "\(code)",
        ])
    }
}

/// Channels whose provider refuses our login: asked again after a while, not for every message.
final class ChannelPauses: Sendable {
    private static let seconds = 300.0
    private let until = Mutex<[Channel: Date]>([:])

    /// - Returns: the end of the pause.
    func pause(_ channel: Channel, at date: Date) -> Date {
        let end = date.addingTimeInterval(Self.seconds)
        until.withLock { $0[channel] = end }
        return end
    }

    func paused(at date: Date) -> [Channel] { until.withLock { $0.filter { $0.value > date }.map(\.key) } }
}
