import Foundation
import Testing

@testable import Web

@Suite struct Base64URLTests {
    @Test("Random bytes are written as Foundation writes them, and read back")
    func agreesWithFoundation() {
        var random = SeededRandom.printed()
        for _ in 0..<2000 {
            let bytes = (0..<Int.random(in: 0...60, using: &random)).map { _ in UInt8.random(in: 0 ... .max, using: &random) }
            let expected = Data(bytes).base64EncodedString()
                .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
            #expect(Base64URL.encode(bytes) == expected)
            #expect(Base64URL.decode(expected) == bytes)
        }
    }

    @Test("Texts that no bytes are written as are refused", arguments: ["A", "AAAAA", "AB", "AAB", "AA==", "AA=", "+A", "/A", "A A", "é", "AAA\n"])
    func refuses(text: String) {
        #expect(Base64URL.decode(text) == nil)
    }
}
