import Foundation
import Postgres
import Testing

@Suite("PostgreSQL types", .enabled(if: TestDatabase.isAvailable, TestDatabase.hint), .timeLimit(.minutes(15)))
struct PostgresTypesTests {
    /// Sends each value as parameter, checks that the server reads the same as the literal, and reads it back.
    private func roundTrip<Value: PostgresCodable & Equatable>(
        _ pool: PostgresPool, _ type: String, _ pairs: [(Value, String)]
    ) async throws {
        for (value, literal) in pairs {
            let row = try await pool.query(
                """
                SELECT \(value) AS echo, \(unescaped: literal)::\(unescaped: type) AS read,
                    \(value) IS NOT DISTINCT FROM \(unescaped: literal)::\(unescaped: type) AS same,
                    pg_typeof(\(value))::text AS type
                """
            )[0]
            #expect(try row.decode("same"), "\(literal)")
            #expect(try row.decode("type") == type)
            #expect(try row.decode("echo") == value, "\(literal)")
            #expect(try row.decode("read") == value, "\(literal)")
        }
    }

    private func roundTrip<Value: PostgresCodable & Equatable>(
        _ pool: PostgresPool, _ type: String, _ nothing: Value?, _ pairs: (Value, String)...
    ) async throws {
        try await roundTrip(pool, type, pairs)
        try await roundTrip(pool, type, [(nothing, "NULL")])
    }

    @Test("Numbers round-trip with their extremes")
    func numbers() async throws {
        try await TestDatabase.withPool { pool in
            try await roundTrip(pool, "smallint", nil, (Int16.min, "'-32768'"), (Int16.max, "32767"), (0, "0"))
            try await roundTrip(pool, "integer", nil, (Int32.min, "'-2147483648'"), (Int32.max, "2147483647"))
            try await roundTrip(pool, "bigint", nil, (Int.min, "'-9223372036854775808'"), (Int.max, "9223372036854775807"))
            try await roundTrip(pool, "bigint", nil, (Int64.min, "'-9223372036854775808'"), (-1, "'-1'"))
            try await roundTrip(
                pool, "real", nil, (Float.greatestFiniteMagnitude, "3.4028235e38"), (-Float.infinity, "'-infinity'"), (0.1, "0.1")
            )
            try await roundTrip(
                pool, "double precision", nil, (Double.greatestFiniteMagnitude, "1.7976931348623157e308"),
                (Double.leastNonzeroMagnitude, "5e-324"), (Double.infinity, "'infinity'"), (-26.107, "'-26.107'")
            )
            try await roundTrip(pool, "boolean", nil, (true, "true"), (false, "false"))
            try await roundTrip(
                pool, "xid8", nil, (TransactionID(rawValue: .max), "'18446744073709551615'"), (TransactionID(rawValue: 0), "'0'")
            )
            let row = try await pool.query("SELECT 'NaN'::float8 AS nan, pg_current_xact_id() AS xid")[0]
            #expect(try row.decode("nan", as: Double.self).isNaN)
            #expect(try row.decode("xid", as: TransactionID.self) > TransactionID(rawValue: 0))
        }
    }

    @Test("Decimals round-trip exactly, from 38 digits to 127 places")
    func decimals() async throws {
        try await TestDatabase.withPool { pool in
            let texts = [
                "0", "1", "-1", "10000", "9999", "123.45", "-0.0001", "0.00001", "450000000", "1e20", "1e127", "-1e-127",
                "99999999999999999999999999999999999999", "0.12345678901234567890123456789012345678", "12345.678900",
            ]
            for text in texts {
                let value = try #require(Decimal(string: text))
                try await roundTrip(pool, "numeric", nil, (value, "'\(text)'"))
            }
            let row = try await pool.query(
                "SELECT 'NaN'::numeric AS nan, 'infinity'::numeric AS infinite, 1e38::numeric + 1 AS precise, \(Decimal.nan) AS back"
            )[0]
            #expect(try row.decode("nan", as: Decimal.self).isNaN)
            #expect(try row.decode("back", as: Decimal.self).isNaN)
            for column in ["infinite", "precise"] {
                #expect(throws: PostgresDecodingError.self) { try row.decode(column, as: Decimal.self) }
            }
        }
    }

    @Test("Random decimals mean the same to PostgreSQL")
    func randomDecimals() async throws {
        let seed = UInt64.random(in: .min ... .max)
        try await TestDatabase.withPool { pool in
            var random = SeededGenerator(state: seed)
            for _ in 0..<300 {
                let digits = String((0..<Int.random(in: 1...38, using: &random)).map { _ in "0123456789".randomElement(using: &random)! })
                let text = "\(Bool.random(using: &random) ? "-" : "")\(digits)e\(Int.random(in: -60...60, using: &random))"
                let value = try #require(Decimal(string: text))
                let row = try await pool.query("SELECT \(value) AS echo, \(value) = \(text)::numeric AS same, \(text)::numeric AS read")[0]
                #expect(try row.decode("same"), "\(text), seed \(seed)")
                #expect(try row.decode("echo") == value, "\(text), seed \(seed)")
                #expect(try row.decode("read") == value, "\(text), seed \(seed)")
            }
        }
    }

    @Test("Text, bytes, UUIDs and JSON round-trip")
    func texts() async throws {
        struct Hours: Codable, Equatable { var day: String, opens: [Int?] }
        try await TestDatabase.withPool { pool in
            let hostile = "'; DROP TABLE doctors; -- \\ \u{1F9D1}\u{200D}\u{2695}\u{FE0F} Ünïcode\n\t\"$1\""
            try await roundTrip(pool, "text", nil, ("", "''"), ("Nkosi", "'Nkosi'"))
            #expect(try await pool.query("SELECT \(hostile) AS text")[0].decode("text") == hostile)
            let large = String(repeating: "é", count: 500_000)
            #expect(try await pool.query("SELECT \(large) AS text")[0].decode("text") == large)
            try await roundTrip(
                pool, "bytea", nil, ([] as [UInt8], "''"),
                (Array(0...255), "decode('\((0...255).map { String(format: "%02x", $0) }.joined())', 'hex')")
            )
            let id = try #require(UUID(uuidString: "00112233-4455-6677-8899-AABBCCDDEEFF"))
            try await roundTrip(pool, "uuid", nil, (id, "'00112233-4455-6677-8899-aabbccddeeff'"))
            try await roundTrip(
                pool, "jsonb", nil, (JSONValue(Hours(day: "Mon", opens: [8, nil])), "'{\"day\": \"Mon\", \"opens\": [8, null]}'")
            )
            let row = try await pool.query(
                "SELECT 'a'::name AS name, 'b'::varchar AS varchar, 'c '::char(2) AS bpchar, '[1]'::json AS json")[0]
            #expect(try ["name", "varchar", "bpchar"].map { try row.decode($0, as: String.self) } == ["a", "b", "c "])
            #expect(try row.decode("json") == JSONValue([1]))
        }
    }

    @Test("Times, days and ranges round-trip with their extremes")
    func times() async throws {
        try await TestDatabase.withPool { pool in
            let moment = Date(timeIntervalSince1970: 1_772_355_600.123456)
            try await roundTrip(
                pool, "timestamp with time zone", nil, (Date(timeIntervalSince1970: 0), "'1970-01-01Z'"),
                (moment, "'2026-03-01 09:00:00.123456Z'"),
                (Date.distantPast, "'0001-12-30 00:00:00Z BC'"), (Date.distantFuture, "'4001-01-01Z'"),
                (Date(timeIntervalSince1970: -210_866_803_200), "'4714-11-24 00:00:00Z BC'")
            )
            let days = [
                (2000, 1, 1, "2000-01-01"), (2024, 2, 29, "2024-02-29"), (1, 1, 1, "0001-01-01"), (0, 12, 31, "0001-12-31 BC"),
                (-4713, 11, 24, "4714-11-24 BC"), (5_874_897, 12, 31, "5874897-12-31"),
            ]
            for (year, month, day, literal) in days {
                try await roundTrip(pool, "date", nil, (try #require(PostgresDate(year: year, month: month, day: day)), "'\(literal)'"))
            }
            let later = moment.addingTimeInterval(1_800)
            try await roundTrip(
                pool, "tstzrange", nil, (PostgresRange.empty, "'empty'"), (.bounds(lower: .unbounded, upper: .unbounded), "'(,)'"),
                (PostgresRange(moment..<later), "'[2026-03-01 09:00:00.123456Z,2026-03-01 09:30:00.123456Z)'"),
                (.bounds(lower: .exclusive(moment), upper: .unbounded), "'(2026-03-01 09:00:00.123456Z,)'"),
                (.bounds(lower: .unbounded, upper: .inclusive(moment)), "'(,2026-03-01 09:00:00.123456Z]'")
            )
            let row = try await pool.query("SELECT 'infinity'::timestamptz AS time, '-infinity'::date AS day")[0]
            #expect(throws: PostgresDecodingError.self) { try row.decode("time", as: Date.self) }
            #expect(throws: PostgresDecodingError.self) { try row.decode("day", as: PostgresDate.self) }
        }
    }

    @Test("Random microseconds and days mean the same to PostgreSQL")
    func randomTimes() async throws {
        let seed = UInt64.random(in: .min ... .max)
        try await TestDatabase.withPool { pool in
            var random = SeededGenerator(state: seed)
            for _ in 0..<300 {
                // 1938 to 2064: within 2^31 seconds of its reference date a Double tells microseconds apart.
                let microseconds = Int.random(in: -1_000_000_000_000_000...2_980_000_000_000_000, using: &random)
                let row = try await pool.query(
                    """
                    WITH t AS (SELECT 'epoch'::timestamptz + make_interval(secs => \(microseconds / 1_000_000))
                        + \(microseconds % 1_000_000) * interval '1 microsecond' AS time)
                    SELECT time, time::date AS day, to_char(time, 'YYYY-MM-DD') AS iso FROM t
                    """
                )[0]
                let time: Date = try row.decode("time")
                #expect(abs(time.timeIntervalSince1970 - Double(microseconds) / 1_000_000) < 1e-6, "seed \(seed)")
                let back = try await pool.query("SELECT (extract(epoch FROM \(time)) * 1000000)::bigint AS microseconds")[0]
                #expect(try back.decode("microseconds") == microseconds, "seed \(seed)")
                #expect(try "\(row.decode("day", as: PostgresDate.self))" == row.decode("iso"), "\(microseconds), seed \(seed)")
            }
        }
    }

    private func checkArrays<Value: PostgresCodable & PostgresArrayElement & Equatable>(_ pool: PostgresPool, _ values: [Value])
        async throws
    {
        for array in [[], values.map(Optional.some), [nil], [nil] + values.map(Optional.some) + [nil]] as [[Value?]] {
            let row = try await pool.query("SELECT \(array) AS a, cardinality(\(array)) AS count, array_to_json(\(array))::text AS json")[0]
            #expect(try row.decode("a") == array)
            #expect(try row.decode("count") == array.count)
            guard array.contains(where: { $0 == nil }) else { continue }
            #expect(throws: PostgresDecodingError.self) { try row.decode("a", as: [Value].self) }
        }
        let row = try await pool.query("SELECT \(values) AS a, \(nil as [Value]?) AS none")[0]
        #expect(try row.decode("a") == values)
        #expect(try row.decode("none", as: [Value]?.self) == nil)
    }

    @Test("Arrays of every type round-trip, empty and with NULLs")
    func arrays() async throws {
        try await TestDatabase.withPool { pool in
            try await checkArrays(pool, [true, false])
            try await checkArrays(pool, [Int16.min, .max])
            try await checkArrays(pool, [Int32.min, .max])
            try await checkArrays(pool, [Int64.min, .max])
            try await checkArrays(pool, [Int.min, .max])
            try await checkArrays(pool, [Float(1.5), -2])
            try await checkArrays(pool, [1.5, -2])
            try await checkArrays(pool, [Decimal(string: "123.45")!, 0])
            try await checkArrays(pool, ["", "a,b", "{\"quoted\\", "NULL", "é"])
            try await checkArrays(pool, [UUID(), UUID()])
            try await checkArrays(pool, [Date(timeIntervalSince1970: 0), .distantFuture])
            try await checkArrays(pool, [PostgresDate(year: 2024, month: 2, day: 29)!])
            try await checkArrays(
                pool, [PostgresRange<Date>.empty, PostgresRange(Date(timeIntervalSince1970: 0)..<Date(timeIntervalSince1970: 9))])
            try await checkArrays(pool, [JSONValue(["a": 1])])
            try await checkArrays(pool, [TransactionID(rawValue: .max)])
            try await checkArrays(pool, [[0, 255] as [UInt8], []])
            let grid = try await pool.query("SELECT '{{1,2},{3,4}}'::int[] AS grid")[0]
            #expect(throws: PostgresDecodingError.self) { try grid.decode("grid", as: [Int].self) }
        }
    }

    @Test("Enums read as text, and errors name column and types")
    func errors() async throws {
        try await TestDatabase.withPool { pool in
            try await pool.query("CREATE TYPE mood AS ENUM ('calm', 'ill')")
            let row = try await pool.query(
                "SELECT \("ill")::mood AS mood, 1.5::numeric AS rating, ARRAY['calm']::mood[] AS moods, NULL::int AS missing")[0]
            #expect(try row.decode("mood") == "ill")
            #expect(try row.decode("moods") == ["calm"])
            let wrong = #expect(throws: PostgresDecodingError.self) { try row.decode("rating", as: Int.self) }
            #expect(wrong.map { "\($0)" } == "column rating of type numeric, wanted as Int, has another type")
            let missing = #expect(throws: PostgresDecodingError.self) { try row.decode("missing", as: Int.self) }
            #expect(missing.map { "\($0)" } == "column missing of type int4, wanted as Int, is NULL")
            let absent = #expect(throws: PostgresDecodingError.self) { try row.decode("none", as: Int.self) }
            #expect(absent.map { "\($0)" } == "the result has no column none, wanted as Int")
        }
    }
}
