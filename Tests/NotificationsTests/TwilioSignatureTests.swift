import Foundation
import Testing

@testable import Notifications

/// Computed with Python: base64(hmac.new(token, url + sorted names and values, hashlib.sha1)), see test_notifications.py for the same on a
/// running server.
@Suite("Twilio's signature")
struct TwilioSignatureTests {
    private static let url = "https://ratethedoctor.example/v1/webhooks/twilio/status"
    private static let fields = [("MessageSid", "SM1234"), ("MessageStatus", "delivered"), ("To", "+27821234567"), ("AccountSid", "AC1"), ("Naam", "Zoë")]

    @Test("The signature of exactly these fields and this address fits", arguments: [("", "4gU5Z9LFym4iV4npw5xqj1IERPY="), ("?a=1", "pQOu9cFmgaKJOsBLnj7inzS3Pqg=")])
    func vector(query: String, signature: String) {
        #expect(TwilioSignature.isValid(signature, url: Self.url + query, fields: Self.fields.reversed(), authToken: "12345"))
        #expect(!TwilioSignature.isValid(signature, url: Self.url + query, fields: Self.fields, authToken: "12346"))
        #expect(!TwilioSignature.isValid(signature, url: Self.url + "?b=2", fields: Self.fields, authToken: "12345"))
        #expect(!TwilioSignature.isValid(signature, url: Self.url + query, fields: Self.fields + [("ErrorCode", "1")], authToken: "12345"))
        #expect(!TwilioSignature.isValid("", url: Self.url + query, fields: Self.fields, authToken: "12345"))
        #expect(!TwilioSignature.isValid("not base64!", url: Self.url + query, fields: Self.fields, authToken: "12345"))
    }
}
