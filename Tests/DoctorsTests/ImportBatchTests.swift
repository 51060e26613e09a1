import Foundation
import Testing

@testable import Doctors

@Suite struct ImportBatchTests {
    @Test("Batches are bounded and keep the order; a repeated id starts a new one") func batches() throws {
        let ids = (1...4500).map(String.init) + ["4500", "4501"]
        #expect(try sizes(ids.map { #"{"id":"\#($0)","name":"A"}"# }) == [2000, 2000, 500, 2])
    }

    @Test("Batches of long rows are bounded by their bytes") func bytes() throws {
        let padding = String(repeating: " ", count: 900_000)
        #expect(try sizes((1...20).map { #"{"id":\#($0),\#(padding)"name":"A"}"# }) == [10, 10])
    }

    @Test("Bad rows are counted and told with their lines; warnings come once per name") func events() throws {
        let lines = [#"{"id":1,"name":"A","x":1}"#, "", "{", #"{"id":2,"x":1,"y":1,"name":"B","lat":1}"#, #"{"id":3,"name":"C","x":2}"#]
        var events: [ImportEvent] = []
        var batches = try batches(lines) { events.append($0) }
        let batch = try #require(try batches.next())
        #expect(batch.rows.map(\.lineNumber) == [1, 5])
        #expect(try batches.next() == nil)
        #expect(batches.readCount == 4)
        #expect(batches.badCount == 2)
        #expect(events == [
            .warning("the field “x” is not known and was ignored"),
            .badRow(line: 3, problems: [RowProblem(nil, "is not valid JSON")]),
            .warning("the field “y” is not known and was ignored"),
            .badRow(line: 4, problems: [RowProblem("lon", "is missing")]),
        ])
    }

    private func sizes(_ lines: [String]) throws -> [Int] {
        var batches = try batches(lines) { _ in }
        var sizes: [Int] = []
        while let batch = try batches.next() { sizes.append(batch.rows.count) }
        return sizes
    }

    private func batches(_ lines: [String], report: @escaping (ImportEvent) -> Void) throws -> ImportBatches {
        let reader = LineReader(text: lines.joined(separator: "\n"), pieceBytes: 1 << 18)
        return ImportBatches(
            rows: try ImportRows(reader, format: .jsonLines),
            rules: DoctorRules(vocabularies: Vocabularies(), now: Date()),
            report: report
        )
    }
}
