import CurlClient
import Foundation
import Logging

/// Who carries messages; a channel without a provider logs what it would send.
public struct NotificationProviders: Sendable {
    /// E-mail.
    public var smtp: SMTPConfiguration?
    /// Text messages.
    public var twilio: TwilioConfiguration?
    /// Push messages.
    public var fcm: FCMServiceAccount?
    public var fcmBaseURL: String
    /// For development only: prints addresses and words of channels without a provider.
    public var consolePrintsBodies: Bool

    public init(
        smtp: SMTPConfiguration? = nil, twilio: TwilioConfiguration? = nil, fcm: FCMServiceAccount? = nil,
        fcmBaseURL: String = "https://fcm.googleapis.com", consolePrintsBodies: Bool = false
    ) {
        self.smtp = smtp
        self.twilio = twilio
        self.fcm = fcm
        self.fcmBaseURL = fcmBaseURL
        self.consolePrintsBodies = consolePrintsBodies
    }

    func channels(statusCallback: String, logger: Logger, now: @escaping @Sendable () -> Date) throws -> [Channel: any MessageChannel] {
        let curl = CurlClient()
        var channels: [Channel: any MessageChannel] = [:]
        for channel in Channel.allCases {
            channels[channel] = ConsoleChannel(channel: channel, printsBodies: consolePrintsBodies, logger: logger)
        }
        if let smtp { channels[.email] = SMTPChannel(configuration: smtp, curl: curl, now: now) }
        if let twilio { channels[.sms] = TwilioChannel(configuration: twilio, statusCallback: statusCallback, curl: curl, now: now) }
        if let fcm {
            let token = try FCMAccessToken(account: fcm, curl: curl, now: now)
            channels[.push] = FCMChannel(account: fcm, baseURL: fcmBaseURL, token: token, curl: curl, now: now)
        }
        return channels
    }
}
