import Foundation
import Testing

@testable import CurlClient
@testable import Notifications

/// What /work/shared/reference/notifications.md says to do for each code.
@Suite("Providers' codes")
struct OutcomeTests {
    private static let now = Date(timeIntervalSince1970: 1_800_000_000)

    private static func answer(_ status: Int, _ body: String, _ headers: [(name: String, value: String)] = []) -> CurlResponse {
        CurlResponse(status: status, headers: headers, body: Array(body.utf8))
    }

    @Test("Twilio: back off, mark the number, stop for the person, or stop and tell")
    func twilio() {
        func outcome(_ status: Int, _ code: Int, _ headers: [(name: String, value: String)] = []) -> SendOutcome {
            TwilioChannel.outcome(Self.answer(status, #"{"code":\#(code),"message":"x","status":\#(status)}"#, headers), at: Self.now)
        }
        #expect(outcome(401, 20003) == .misconfigured(code: "twilio_20003"))
        #expect(outcome(429, 20429, [("Retry-After", "7")]) == .unsent(code: "twilio_20429", afterSeconds: 7))
        #expect(outcome(400, 21211) == .suppressed(.invalidNumber, code: "twilio_21211"))
        #expect(outcome(400, 21408) == .misconfigured(code: "twilio_21408"))
        #expect(outcome(400, 21610) == .suppressed(.optedOut, code: "twilio_21610"))
        #expect(outcome(400, 21612) == .suppressed(.invalidNumber, code: "twilio_21612"))
        #expect(outcome(400, 21614) == .suppressed(.invalidNumber, code: "twilio_21614"))
        #expect(outcome(400, 21617) == .refused(code: "twilio_21617"))
        #expect(TwilioChannel.outcome(Self.answer(503, "<html>"), at: Self.now) == .unsent(code: "twilio_503", afterSeconds: nil))
        #expect(TwilioChannel.outcome(Self.answer(502, "<html>"), at: Self.now) == .uncertain(code: "twilio_502"))
        #expect(TwilioChannel.outcome(Self.answer(201, #"{"sid":"SM1","status":"queued"}"#), at: Self.now) == .accepted(providerID: "SM1"))
    }

    @Test("FCM: forget the device, back off as long as asked or a minute, or stop and tell")
    func fcm() {
        func outcome(_ status: Int, _ code: String, _ headers: [(name: String, value: String)] = []) -> SendOutcome {
            let body = #"{"error":{"code":\#(status),"status":"X","details":[{"@type":"type.googleapis.com/google.firebase.fcm.v1.FcmError","errorCode":"\#(code)"}]}}"#
            return FCMChannel.outcome(Self.answer(status, body, headers), at: Self.now)
        }
        #expect(outcome(404, "UNREGISTERED") == .tokenGone)
        #expect(outcome(403, "SENDER_ID_MISMATCH") == .tokenGone)
        #expect(outcome(429, "QUOTA_EXCEEDED") == .unsent(code: "fcm_QUOTA_EXCEEDED", afterSeconds: 60))
        #expect(outcome(429, "QUOTA_EXCEEDED", [("retry-after", "5")]) == .unsent(code: "fcm_QUOTA_EXCEEDED", afterSeconds: 5))
        #expect(outcome(503, "UNAVAILABLE") == .unsent(code: "fcm_UNAVAILABLE", afterSeconds: nil))
        #expect(outcome(401, "THIRD_PARTY_AUTH_ERROR") == .misconfigured(code: "fcm_THIRD_PARTY_AUTH_ERROR"))
        #expect(outcome(400, "INVALID_ARGUMENT") == .refused(code: "fcm_INVALID_ARGUMENT"))
    }

    @Test("SMTP: 4xx later, a recipient that is not there never again, a refused login stops the channel")
    func smtp() {
        func outcome(_ status: Int, _ enhanced: String?, recipient: Bool = false) -> SendOutcome {
            SMTPChannel.outcome(CurlMailReply(status: status, enhancedStatus: enhanced, isRecipientRefused: recipient))
        }
        #expect(outcome(250, "2.0.0") == .accepted(providerID: nil))
        #expect(outcome(451, "4.3.0") == .unsent(code: "smtp_451_4.3.0", afterSeconds: nil))
        #expect(outcome(450, nil, recipient: true) == .unsent(code: "smtp_450", afterSeconds: nil))
        #expect(outcome(550, "5.1.1", recipient: true) == .suppressed(.hardBounce, code: "smtp_550_5.1.1"))
        #expect(outcome(550, nil, recipient: true) == .suppressed(.hardBounce, code: "smtp_550"))
        #expect(outcome(550, "5.7.1", recipient: true) == .refused(code: "smtp_550_5.7.1"))
        #expect(outcome(550, "5.1.8", recipient: false) == .refused(code: "smtp_550_5.1.8"))
        #expect(outcome(554, nil) == .refused(code: "smtp_554"))
        #expect(outcome(535, "5.7.8") == .misconfigured(code: "smtp_535_5.7.8"))
    }

    @Test("Retry-After may name a date, and no more than a day is waited")
    func retryAfter() {
        let date = "Fri, 15 Jan 2027 08:01:00 GMT"
        #expect(RetryAfter.seconds(Self.answer(429, "", [("Retry-After", date)]), at: Self.now) == 60)
        #expect(RetryAfter.seconds(Self.answer(429, "", [("Retry-After", "999999999")]), at: Self.now) == 86_400)
        #expect(RetryAfter.seconds(Self.answer(429, "", [("Retry-After", "soon")]), at: Self.now) == nil)
    }
}
