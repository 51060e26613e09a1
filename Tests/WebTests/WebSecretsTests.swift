import Crypto
import Testing

@testable import Web

@Suite struct WebSecretsTests {
    let secrets = WebSecrets(rootKey: Array(repeating: 7, count: 32))

    @Test("Sealed words open to the same words, stand safely in an address and differ each time")
    func sealing() throws {
        var random = SeededRandom.printed()
        for _ in 0..<500 {
            let text = String.random(using: &random)
            let sealed = try secrets.sealedText.seal(text)
            #expect(secrets.sealedText.open(sealed) == text)
            #expect(sealed.utf8.allSatisfy { "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8.contains($0) })
            #expect(try secrets.sealedText.seal(text) != sealed)
        }
    }

    @Test("A sealed text with any one character changed, cut or made with another key does not open")
    func tampering() throws {
        let sealed = try secrets.sealedText.seal("skin rash")
        for index in sealed.indices {
            var changed = sealed
            changed.replaceSubrange(index...index, with: sealed[index] == "A" ? "B" : "A")
            #expect(secrets.sealedText.open(changed) == nil)
        }
        for length in 0..<sealed.count { #expect(secrets.sealedText.open(String(sealed.prefix(length))) == nil) }
        #expect(WebSecrets(rootKey: Array(repeating: 8, count: 32)).sealedText.open(sealed) == nil)
        for text in ["", "====", "é", sealed + "=", sealed + "AAAA"] { #expect(secrets.sealedText.open(text) == nil) }
    }

    @Test("A cursor opens for its query only, and not after any change")
    func cursors() throws {
        let signer = secrets.cursorSigner
        let cursor = signer.sign(payload: [1, 2, 3], context: [9])
        #expect(try signer.open(cursor, context: [9]) == [1, 2, 3])
        #expect(throws: CursorError.notValid) { try signer.open(cursor, context: [8]) }
        #expect(throws: CursorError.notValid) { try signer.open(cursor, context: [9, 1]) }
        for index in cursor.indices {
            var changed = cursor
            changed.replaceSubrange(index...index, with: cursor[index] == "A" ? "B" : "A")
            #expect(throws: CursorError.notValid) { try signer.open(changed, context: [9]) }
        }
        for text in ["", "A", "AAAA", cursor + "A", cursor + "=", "é"] {
            #expect(throws: CursorError.notValid) { try signer.open(text, context: [9]) }
        }
        #expect(try signer.open(signer.sign(payload: [], context: []), context: []) == [])
    }

    @Test("Bytes cannot move between query and payload")
    func borders() {
        let tagLength = 22
        let first = secrets.cursorSigner.sign(payload: [2, 3], context: [1])
        let second = secrets.cursorSigner.sign(payload: [3], context: [1, 2])
        #expect(first.prefix(tagLength - 1) != second.prefix(tagLength - 1))
    }

    @Test("The two keys differ from each other and from the root")
    func keysDiffer() {
        let root = SymmetricKey(data: Array(repeating: 7 as UInt8, count: 32))
        #expect(secrets.sealedText.key != secrets.cursorSigner.key)
        #expect(secrets.sealedText.key != root && secrets.cursorSigner.key != root)
    }
}
