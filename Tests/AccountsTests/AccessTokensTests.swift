import Crypto
import Foundation
import Testing
import Web

@testable import Accounts

@Suite struct AccessTokensTests {
    static let now = Date(timeIntervalSince1970: 1_800_000_000)
    static let old = WebSecrets(rootKey: Array(repeating: 1, count: 32))
    static let new = WebSecrets(rootKey: Array(repeating: 2, count: 32))
    let account = UUID()
    let session = UUID()

    @Test("A token says whose it is and which session's, for ten minutes")
    func lifetime() throws {
        let tokens = AccessTokens([Self.new])
        let token = try tokens.sign(account: account, session: session, now: Self.now)
        let claims = try #require(tokens.claims(of: token, now: Self.now + 599))
        #expect(claims.sub == account && claims.sid == session)
        #expect(tokens.claims(of: token, now: Self.now + 600) == nil)
    }

    @Test("After a change of the secret tokens of the former one hold as long as it is listed, and new ones are signed by the new one")
    func rotation() throws {
        let token = try AccessTokens([Self.old]).sign(account: account, session: session, now: Self.now)
        #expect(AccessTokens([Self.new, Self.old]).claims(of: token, now: Self.now) != nil)
        #expect(AccessTokens([Self.new]).claims(of: token, now: Self.now) == nil)
        let renewed = try AccessTokens([Self.new, Self.old]).sign(account: account, session: session, now: Self.now)
        #expect(AccessTokens([Self.new]).claims(of: renewed, now: Self.now) != nil)
    }

    @Test("A token with any one character changed is refused")
    func tampered() throws {
        let tokens = AccessTokens([Self.new])
        let token = try tokens.sign(account: account, session: session, now: Self.now)
        for index in token.indices {
            var changed = token
            changed.replaceSubrange(index...index, with: token[index] == "A" ? "B" : "A")
            #expect(tokens.claims(of: changed, now: Self.now) == nil)
        }
    }

    @Test("No other algorithm, type, key or issuer is believed, even with a signature that fits", arguments: [
        #"{"alg":"none","typ":"at+jwt","kid":"KID"}"#, #"{"alg":"HS512","typ":"at+jwt","kid":"KID"}"#, #"{"alg":"hs256","typ":"at+jwt","kid":"KID"}"#,
        #"{"alg":"HS256","typ":"JWT","kid":"KID"}"#, #"{"alg":"HS256","kid":"KID"}"#, #"{"alg":"HS256","typ":"at+jwt"}"#,
        #"{"alg":"HS256","typ":"at+jwt","kid":"other"}"#, #"{"alg":"HS256","typ":"at+jwt","kid":"KID","crit":["exp"]}"#,
    ])
    func headers(header: String) throws {
        let tokens = AccessTokens([Self.new])
        let real = try tokens.sign(account: account, session: session, now: Self.now).split(separator: ".").map(String.init)
        let kid = try #require(CompactJWT(real.joined(separator: "."))?.header.kid)
        let key = Self.new.key("accounts/access-tokens/v1")
        func signed(_ header: String) -> String {
            let body = Base64URL.encode(Array(header.replacing("KID", with: kid).utf8)) + "." + real[1]
            return body + "." + Base64URL.encode(Array(HMAC<SHA256>.authenticationCode(for: Array(body.utf8), using: key)))
        }
        #expect(tokens.claims(of: signed(#"{"alg":"HS256","typ":"at+jwt","kid":"KID"}"#), now: Self.now) != nil)
        #expect(tokens.claims(of: signed(header), now: Self.now) == nil)
        #expect(tokens.claims(of: real[0] + "." + real[1] + ".", now: Self.now) == nil)
    }

    @Test("What is no token is refused", arguments: ["", ".", "..", "a.b.c", "....", String(repeating: "A", count: 9_000), "e30.e30.e30"])
    func garbage(text: String) {
        #expect(AccessTokens([Self.new]).claims(of: text, now: Self.now) == nil)
    }
}
