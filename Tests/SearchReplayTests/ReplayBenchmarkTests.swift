import Foundation
import SearchIndex
import Testing

@testable import SearchReplay

@Suite struct ReplayBenchmarkTests {
    private let doctors = TemporaryFile([
        #"{"id":"b","name":"skin","specialties":["skin-care"],"rating":4.5}"#, #"{"id":3,"name":"skin","specialties":["skin-care","gp"],"rating":1}"#,
        #"{"id":"a","name":"heart"}"#,
    ])
    private let queries = TemporaryFile([
        #"{"id":"q1","class":"name","text":"skin","sort":"text","limit":5}"#, #"{"id":"q2","class":"facets","facets":["specialty","rating"],"limit":2}"#,
        #"{"id":"q3","class":"name","text":"none"}"#,
    ])

    @Test("the report has a line per class, all figures, and answers in the catalogue's ids")
    func reports() throws {
        var calls: UInt64 = 0
        let report = try ReplayBenchmark(
            doctors: doctors.path, queries: queries.path, rounds: 2, checksExhaustively: true, version: "1.2", allocationCount: { calls += 7; return calls },
            progress: .silent
        ).run()
        #expect(report.classes.map(\.name) == ["name", "facets", "all"])
        #expect(report.classes.map(\.queries) == [2, 1, 3])
        #expect(report.classes.map(\.allocationsPerQuery) == [7, 7, 7])
        #expect(report.build.documents == 3 && report.build.indexBytes > 0 && report.build.buildSeconds > 0)
        #expect(report.checked)
        for line in ["version    1.2\n", "documents  3, ", "\nclass ", "\nname ", "\nfacets ", "\nall "] { #expect(report.table.contains(line)) }
        let widths = report.table.split(separator: "\n").suffix(4).map(\.count)
        #expect(Set(widths).count == 1)

        let json = try JSONSerialization.jsonObject(with: report.json()) as! [String: Any]
        #expect(json["rating_facet_edges"] as? [Double] == [2, 3, 4, 4.5])
        #expect((json["build"] as! [String: Any])["version"] as? String == "1.2")
        #expect((json["classes"] as! [[String: Any]]).count == 3)
        let answers = json["queries"] as! [[String: Any]]
        #expect(answers.map { $0["count"] as! Int } == [2, 3, 0])
        #expect(answers[0]["ids"] as! NSArray == ["b", 3])
        #expect(answers[0]["class"] as! String == "name" && answers[0]["id"] as! String == "q1" && answers[0]["rating_facet"] == nil)
        #expect(answers[1]["ids"] as! NSArray == [3, "a"])
        #expect(answers[1]["specialty_facet"] as! NSDictionary == ["skin-care": 2, "gp": 1])
        #expect(answers[1]["rating_facet"] as! NSArray == [1, 0, 0, 0, 1])
    }

    @Test("a class restricts the run, and without a counter there are no allocations to report")
    func runsOneClass() throws {
        let report = try ReplayBenchmark(doctors: doctors.path, queries: queries.path, queryClass: "facets", version: "1", progress: .silent).run()
        #expect(report.classes.map(\.name) == ["facets"])
        #expect(report.classes[0].allocationsPerQuery == nil && !report.checked)
        #expect(report.answers.map(\.id) == ["q2"])
    }

    @Test("a difference in order, keys or counts is named with the catalogue's ids")
    func namesDifferences() throws {
        let replay = try Replay([#"{"id":"x","name":"skin","rating":4}"#, #"{"id":2,"name":"skin skin"}"#, #"{"id":3,"name":"other"}"#])
        func search(_ members: String) throws -> SearchResult { try replay.search(#"{"id":"q","class":"c",\#(members)}"#) }
        func difference(_ a: String, _ b: String) throws -> String? {
            AnswerDifference.first(try search(a), try search(b), ids: replay.catalogue.ids)
        }
        #expect(try difference(#""text":"skin","sort":"text""#, #""text":"skin","sort":"text""#) == nil)
        #expect(try difference(#""text":"skin""#, #""text":"other""#) == "2 and 1 matches")
        #expect(try difference(#""limit":2"#, #""limit":1"#) == "2 and 1 hits")
        #expect(try difference(#""sort":"none""#, #""sort":"blend","now":0"#) == #"hit 1 is 2 (key 0.0) and "x" (key 0.22499999999999998)"#)
        #expect(try difference(#""facets":["specialty"]"#, #""limit":20"#) == "tag counts")
        #expect(try difference(#""facets":["rating"]"#, #""limit":20"#) == "rating counts [0, 0, 0, 1, 0] and []")
    }
}
