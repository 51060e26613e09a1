import Foundation
import Testing

@testable import Accounts

@Suite struct TOTPTests {
    static let secret = Array("12345678901234567890".utf8)

    @Test("The codes of RFC 6238, appendix B, for SHA-1", arguments: [
        (59, "94287082"), (1_111_111_109, "07081804"), (1_111_111_111, "14050471"), (1_234_567_890, "89005924"),
        (2_000_000_000, "69279037"), (20_000_000_000, "65353130"),
    ])
    func vectors(time: Int, code: String) {
        let step = TOTP.step(at: Date(timeIntervalSince1970: Double(time)))
        #expect(TOTP.code(secret: Self.secret, step: step, digits: 8) == code)
    }

    @Test("Secrets are written as RFC 4648 writes them", arguments: [("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("foobar", "MZXW6YTBOI")])
    func base32(text: String, encoded: String) {
        #expect(TOTP.base32(Array(text.utf8)) == encoded)
    }

    @Test("A code holds in its step and the two beside it, and once")
    func window() {
        let now = Date(timeIntervalSince1970: 3_000_000)
        let step = TOTP.step(at: now)
        let code = TOTP.code(secret: Self.secret, step: step)
        for (shift, holds) in [(-60.0, false), (-30, true), (0, true), (30, true), (60, false)] {
            #expect((TOTP.acceptedStep(code, secret: Self.secret, after: 0, now: now + shift) != nil) == holds)
        }
        #expect(TOTP.acceptedStep(code, secret: Self.secret, after: step - 1, now: now) == step)
        #expect(TOTP.acceptedStep(code, secret: Self.secret, after: step, now: now) == nil)
        #expect(TOTP.acceptedStep("", secret: Self.secret, after: 0, now: now) == nil)
    }
}
