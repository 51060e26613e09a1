import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1
import Testing

@testable import Web

@Suite struct ProblemTests {
    @Test("Field errors and optional members stand in the body only where there are some")
    func members() throws {
        let bare = Problem(.conflict, code: "booking.slot_taken", title: "Taken")
        #expect(String(decoding: bare.body(requestID: "r"), as: UTF8.self)
            == #"{"type":"/problems/booking.slot_taken","title":"Taken","status":409,"code":"booking.slot_taken","request_id":"r"}"#)
        let full = Problem.invalidRequest([FieldError("a\"b", code: "unknown", detail: "No.")], detail: "d")
        #expect(String(decoding: full.body(requestID: "r"), as: UTF8.self).contains(#""errors":[{"field":"a\"b","code":"unknown","detail":"No."}]"#))
    }

    @Test("Errors of the framework become problems with their status, others are faults", arguments: [
        (HTTPError(.notFound), 404), (HTTPError(.contentTooLarge), 413), (NIOTooManyBytesError(maxBytes: 1), 413), (HTTPError(.unauthorized), 401),
        (HTTPParserError.invalidChunkSize, 400), (HTTPError(.badGateway), nil), (Fault(), nil), (CancellationError(), nil),
    ] as [(any Error, Int?)])
    func expected(error: any Error, status: Int?) {
        #expect(Problem(expected: error, bodyLimitBytes: 1)?.status.code == status)
    }
}
