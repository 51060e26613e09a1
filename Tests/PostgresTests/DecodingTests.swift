import Foundation
import Testing

@testable import Postgres

@Suite("Decoding")
struct DecodingTests {
    private func decode<Value: PostgresDecodable>(_ bytes: [UInt8]?, _ type: PostgresType, as: Value.Type) throws -> Value {
        guard let bytes else { return try Value(postgres: PostgresValue(type: type, buffer: nil)) }
        return try bytes.withUnsafeBytes { try Value(postgres: PostgresValue(type: type, buffer: $0)) }
    }

    @Test("Integers read every width that fits and refuse what does not")
    func integerWidths() throws {
        #expect(try decode([0xFF, 0xFE], .int2, as: Int.self) == -2)
        #expect(try decode([0, 0, 1, 0], .int4, as: Int16.self) == 256)
        #expect(throws: PostgresMismatch.unrepresentable) { try decode([0, 1, 0, 0], .int4, as: Int16.self) }
        #expect(throws: PostgresMismatch.type) { try decode([0, 0, 0, 1], .float4, as: Int.self) }
    }

    @Test("NULL needs an optional")
    func null() throws {
        #expect(try decode(nil, .text, as: String?.self) == nil)
        #expect(throws: PostgresMismatch.null) { try decode(nil, .text, as: String.self) }
    }

    @Test("Infinite dates, unknown raw values and invalid UTF-8 are refused")
    func unrepresentable() {
        enum State: String, PostgresCodable { case verified }
        let infinity = withUnsafeBytes(of: Int64.max.bigEndian) { Array($0) }
        #expect(throws: PostgresMismatch.unrepresentable) { try decode(infinity, .timestamptz, as: Date.self) }
        #expect(throws: PostgresMismatch.unrepresentable) { try decode(Array("x".utf8), .text, as: State.self) }
        #expect(throws: PostgresMismatch.malformed) { try decode([0xC3], .text, as: String.self) }
    }

    @Test("A value without a binary form fails to encode with its types named, not its value")
    func encodingFails() {
        let sql: SQL = "SELECT \(Date(timeIntervalSince1970: 1e300)), \(JSONValue(Double.nan))"
        for binding in sql.bindings { #expect(throws: PostgresEncodingError.self) { try binding.bytes.get() } }
        let error = PostgresEncodingError(swiftType: "Date", postgresType: .timestamptz)
        #expect("\(error)" == "a parameter of type Date has no form as timestamptz")
    }

    @Test("A decoding error names column and types")
    func describes() {
        let error = PostgresDecodingError(column: "rating", postgresType: .numeric, swiftType: "Double", mismatch: .type)
        #expect("\(error)" == "column rating of type numeric, wanted as Double, has another type")
        let absent = PostgresDecodingError(column: "rating", postgresType: nil, swiftType: "Double", mismatch: nil)
        #expect("\(absent)" == "the result has no column rating, wanted as Double")
    }

    @Test("Random bytes either decode or throw a mismatch; they never trap")
    func survivesGarbage() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededGenerator(state: seed)
        func attempt<Value: PostgresDecodable>(_ value: Value.Type, _ type: PostgresType, _ bytes: [UInt8]) {
            do {
                _ = try decode(bytes, type, as: value)
            } catch {
                #expect(error is PostgresMismatch, "seed \(seed)")
            }
        }
        for _ in 0..<5_000 {
            var bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
            // Small numbers where lengths and counts stand, so that decoding gets beyond the first field.
            for index in bytes.indices where Bool.random(using: &random) { bytes[index] = UInt8.random(in: 0...3, using: &random) }
            attempt(Int.self, .int8, bytes)
            attempt(Decimal.self, .numeric, bytes)
            attempt(Date.self, .timestamptz, bytes)
            attempt(PostgresDate.self, .date, bytes)
            attempt(PostgresRange<Date>.self, .tstzrange, bytes)
            attempt(UUID.self, .uuid, bytes)
            attempt(String.self, .text, bytes)
            attempt(JSONValue<[Int]>.self, .jsonb, bytes)
            attempt([Int?].self, .int8.array, bytes)
            attempt([String].self, .text.array, bytes)
        }
    }
}

/// Sebastiano Vigna's splitmix64.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
