import Testing

@testable import Postgres

@Suite("SQL as a value")
struct SQLTests {
    @Test("Interpolated values become numbered parameters and never text")
    func binds() {
        let sql: SQL = "SELECT \("Robert'); DROP TABLE doctors; --") WHERE id = \(7) AND rating > \(4.5 as Double?)"
        #expect(sql.text == "SELECT $1 WHERE id = $2 AND rating > $3")
        #expect(sql.bindings.map(\.type) == [.text, .int8, .float8])
    }

    @Test("A fragment keeps its parameters, renumbered in reading order")
    func splices() throws {
        let filter: SQL = "gender = \("female") AND telehealth = \(true)"
        var sql: SQL = "SELECT \(1) WHERE \(filter) ORDER BY \(unescaped: "surname")"
        sql.append(" LIMIT \(20 as Int32)")
        #expect(sql.text == "SELECT $1 WHERE gender = $2 AND telehealth = $3 ORDER BY surname LIMIT $4")
        #expect(sql.bindings.map(\.type) == [.int8, .text, .bool, .int4])
        #expect(try sql.bindings[1].bytes.get() == Array("female".utf8))
    }

    @Test("NULL carries its type and no bytes; an empty text is not NULL")
    func nulls() throws {
        let sql: SQL = "SELECT \(nil as Int?), \("")"
        #expect(sql.bindings.map(\.type) == [.int8, .text])
        #expect(try sql.bindings[0].bytes.get() == nil)
        #expect(try sql.bindings[1].bytes.get() == [])
    }

    @Test("Raw-value types bind as their raw value")
    func rawValues() throws {
        enum State: String, PostgresCodable { case verified }
        let sql: SQL = "SELECT \(State.verified)"
        #expect(sql.bindings.map(\.type) == [.text])
        #expect(try sql.bindings[0].bytes.get() == Array("verified".utf8))
    }

    @Test("No way of printing a statement shows a value")
    func hidesValues() {
        let sql: SQL = "SELECT \("secret"), \(Array("secret".utf8))"
        var dumped = ""
        dump(sql, to: &dumped)
        for text in ["\(sql)", String(reflecting: sql), dumped] {
            #expect(!text.contains("secret") && !text.contains("115"))
        }
    }
}
