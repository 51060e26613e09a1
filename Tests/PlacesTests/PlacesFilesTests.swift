import Domain
import Testing

@testable import Places

@Suite("Places files")
struct PlacesFilesTests {
    private let header = "slug,name,kind,city,province,postal_code,latitude,longitude,population,other_names"

    private func read(_ lines: String...) throws -> [PlaceRecord] {
        try PlacesFiles.readPlaces(Array(([header] + lines).joined(separator: "\n").utf8) + [10])
    }

    @Test("the committed files are read whole")
    func readsCommittedFiles() throws {
        for (file, count) in [("places.csv", PlacesFixtures.records.count), ("facilities.csv", PlacesFixtures.facilities.count)] {
            let lines = try PlacesFixtures.bytes(file).count { $0 == 10 }
            #expect(count == lines - 1, "\(file)")
        }
        let durban = try #require(PlacesFixtures.records.first { $0.place.slug == "durban" })
        #expect(durban.place.kind == .city)
        #expect(durban.postalCode == "4001")
        #expect(durban.otherNames.contains("eThekwini"))
        #expect(Set(PlacesFixtures.facilities.map(\.emergencyCare)) == [true, false, nil])
    }

    @Test("quoted cells may hold commas, quotes and line ends")
    func readsQuotedCells() throws {
        let records = try read(
            "a,\"A, the \"\"first\"\"\",town,\"A\nB\",Gauteng,0001,-26,28,5,\"x|y\"", "b,B,city,B,Gauteng,0002,-26,28,0,")
        #expect(records.map(\.place.name) == ["A, the \"first\"", "B"])
        #expect(records[0].place.city == "A\nB")
        #expect(records[0].otherNames == ["x", "y"])
        #expect(records[1].otherNames.isEmpty)
    }

    @Test(
        "a bad cell is named with its line",
        arguments: [
            ("A b,A,town,A,Gauteng,0001,-26,28,5,", "slug is malformed"), ("a, ,town,A,Gauteng,0001,-26,28,5,", "name is empty"),
            ("a,A,village,A,Gauteng,0001,-26,28,5,", "kind is none of suburb, town, city, postal_code"),
            ("a,A,town,A,Transvaal,0001,-26,28,5,", "province is none of"), ("a,A,town,A,Gauteng,1,-26,28,5,", "postal_code is malformed"),
            ("a,A,town,A,Gauteng,0001,nan,28,5,", "not a point on Earth"), ("a,A,town,A,Gauteng,0001,-91,28,5,", "not a point on Earth"),
            ("a,A,town,A,Gauteng,0001,-26,28,-5,", "population is not a whole number from 0"),
            ("a,A,town,A,Gauteng,0001,-26,28,5", "has 9 cells, not 10"), ("ok,A,town,A,Gauteng,0001,-26,28,5,", "says the same as line 2"),
            ("a,\"A\"x,town,A,Gauteng,0001,-26,28,5,", "has a quote in the middle of a cell"),
            ("a,\"A,town,A,Gauteng,0001,-26,28,5,", "has 2 cells, not 10"),
        ])
    func namesBadLines(line: String, reason: String) {
        // The first record has a line end in a cell, so that the bad one starts on line 4.
        let error = #expect(throws: PlacesFileError.self) {
            try read("ok,\"O\nK\",town,A,Gauteng,0001,-26,28,5,", line)
        }
        #expect(error?.problems.map(\.line) == [4])
        #expect(error?.description.contains("places.csv, line 4: ") == true)
        #expect(error?.description.contains(reason) == true, "\(error.map(\.description) ?? "no error")")
    }

    @Test("all bad lines are named at once")
    func namesAllBadLines() {
        let error = #expect(throws: PlacesFileError.self) {
            try read("a,A,x,A,Gauteng,0001,-26,28,5,", "b,B,town,B,Gauteng,0001,-26,28,5,", "c,C,y,C,Gauteng,0001,-26,28,5,")
        }
        #expect(error?.problems.map(\.line) == [2, 4])
    }

    @Test("a file with other columns or other bytes than UTF-8 is refused")
    func refusesOtherFiles() {
        #expect(throws: PlacesFileError.self) { try PlacesFiles.readPlaces([]) }
        #expect(throws: PlacesFileError.self) { try PlacesFiles.readPlaces(Array("slug,name\n".utf8)) }
        #expect(throws: PlacesFileError.self) { try PlacesFiles.readPlaces(Array((header + "\n").utf8) + [0xFF]) }
    }
}
