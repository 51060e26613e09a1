import Testing

@testable import Search

@Suite struct ChangeCursorTests {
    private func cursor(_ snapshot: String, isStandby: Bool = false, timeline: Int = 1, schema: String = "m1") throws -> ChangeCursor {
        ChangeCursor(
            cluster: .init(systemIdentifier: 1, timeline: timeline, databaseOID: 5, isStandby: isStandby, schemaVersion: schema),
            snapshot: try #require(TransactionSnapshot(snapshot)))
    }

    @Test("On a primary what was running is read again, and what came later; on a standby everything since xmin")
    func unread() throws {
        let primary = try cursor("10:20:12,15").unread
        #expect(primary.from == 20 && primary.and == [12, 15])
        let standby = try cursor("10:20:", isStandby: true).unread
        #expect(standby.from == 10 && standby.and.isEmpty)
    }

    @Test("Another cluster, timeline, role or schema, a counter that went back, or dropped changes: not continued")
    func continuity() throws {
        let old = try cursor("10:20:12")
        let later = try #require(TransactionSnapshot("15:30:"))
        #expect(old.continues(in: old.cluster, at: later, floor: 10))
        #expect(!old.continues(in: try cursor("15:30:", timeline: 2).cluster, at: later, floor: 10))
        #expect(!old.continues(in: try cursor("15:30:", isStandby: true).cluster, at: later, floor: 10))
        #expect(!old.continues(in: old.cluster, at: try #require(TransactionSnapshot("5:8:")), floor: 0))
        #expect(!old.continues(in: try cursor("15:30:", schema: "m2").cluster, at: later, floor: 0))
        #expect(!old.continues(in: old.cluster, at: later, floor: 11))
    }

    @Test("Text that is no snapshot is refused", arguments: ["", "1:2", "a:b:", "1:2:3,x", "1:2:3:4"])
    func malformed(_ text: String) { #expect(TransactionSnapshot(text) == nil) }
}
