import Accounts
import Booking
import Foundation
import Notifications

extension Configuration {
    /// What cannot be sent with.
    var notificationProblems: [String] {
        var problems: [String] = []
        if let baseURL, URL(string: baseURL)?.host() == nil || baseURL.hasSuffix("/") || !baseURL.hasPrefix("http") {
            problems.append("RTD_BASE_URL must be an address like https://ratethedoctor.example, without a slash at its end")
        }
        if let smtpURL, !["smtp", "smtps"].contains(URL(string: smtpURL)?.scheme) { problems.append("RTD_SMTP_URL must begin with smtp:// or smtps://") }
        if smtpURL != nil, mailFrom.flatMap(Mailbox.init) == nil { problems.append("RTD_MAIL_FROM must be an address, or Name <address>") }
        if (smtpUser == nil) != (smtpPassword == nil) { problems.append("RTD_SMTP_USER and RTD_SMTP_PASSWORD go together") }
        let twilio = [twilioAccountSID, twilioAuthToken, twilioFrom].compactMap { $0 }
        if !twilio.isEmpty, twilio.count < 3 { problems.append("RTD_TWILIO_ACCOUNT_SID, RTD_TWILIO_AUTH_TOKEN and RTD_TWILIO_FROM go together") }
        return problems
    }

    var publicURL: String { baseURL ?? "http://\(host):\(port)" }

    var reminderTimes: ReminderTimes {
        ReminderTimes(emailHours: reminderEmailHours, smsHours: reminderSMSHours, pushHours: reminderPushHours)
    }

    /// - Throws: when the service account's file cannot be read.
    func notificationProviders() throws -> NotificationProviders {
        var providers = NotificationProviders(fcmBaseURL: fcmBaseURL, consolePrintsBodies: printsNotificationBodies)
        if let smtpURL, let from = mailFrom.flatMap(Mailbox.init) {
            providers.smtp = SMTPConfiguration(url: smtpURL, user: smtpUser, password: smtpPassword, from: from)
        }
        if let twilioAccountSID, let twilioAuthToken, let twilioFrom {
            providers.twilio = TwilioConfiguration(
                accountSID: twilioAccountSID, authToken: twilioAuthToken, sender: twilioFrom, baseURL: twilioBaseURL)
        }
        providers.fcm = try fcmServiceAccount.map(FCMServiceAccount.init(path:))
        return providers
    }
}

extension NotificationsFeature.Dependencies {
    /// What notifications ask of bookings and accounts.
    init(_ wiring: Wiring) {
        let (accounts, booking) = (wiring.accounts, wiring.booking)
        self.init(
            bookingStillStands: { try await booking.stillStands($0, version: $1) },
            calendarFile: { try await booking.calendarFile($0) },
            contact: { id in
                try await accounts.contact(accountID: id).map {
                    Notifications.Contact(email: $0.email, phone: $0.phone, pushTokens: $0.pushTokens, language: $0.language ?? "en")
                }
            },
            forgetPushToken: { try await accounts.forgetPushToken($0) })
    }
}

extension AccountAddress {
    init(_ destination: AccountMessage.Destination) {
        self =
            switch destination {
            case .email(let address): .email(address)
            case .phone(let number): .phone(number)
            }
    }
}

extension AccountMessagePurpose {
    init(_ purpose: AccountMessage.Purpose) {
        self =
            switch purpose {
            case .signIn: .signIn
            case .verification: .verification
            case .passwordReset: .passwordReset
            }
    }
}
