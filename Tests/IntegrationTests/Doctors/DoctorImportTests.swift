import Doctors
import Foundation
import Postgres
import Synchronization
import Testing

@Suite("Doctors: import", .enabled(if: TestDatabase.isAvailable, TestDatabase.hint), .timeLimit(.minutes(15)))
struct DoctorImportTests {
    @Test("A row becomes a doctor with everything it says") func wholeRow() async throws {
        try await DoctorsDatabase.with { database in
            let line = #"""
                {"id":"d1","name":"Dr Ann B","specialties":["skin","gp"],"sub_specialties":["Acne"],"languages":["Zulu","en"],"schemes":["GEMS"],"hpcsa_number":"mp 12 3456","verification":"verified","rating":4.25,"review_count":8,"practice":"Rooms","suburb":"Rosebank","province":"gauteng","lat":-26.1,"lon":28,"fee_cents":65000,"fees":{"video":40000},"next_available":29800000,"telehealth":true,"more_practices":[{"practice_id":"far","city":"Durban","shows_fees":false,"fee_cents":5}]}
                """#
            try await database.pool.query("UPDATE languages SET english_name = 'Zulu' WHERE code = 'zu'")
            #expect(try await import_(line, into: database) == result(imported: 1))
            let rows = try await database.pool.query("SELECT * FROM doctor_listings ORDER BY city NULLS FIRST")
            #expect(rows.count == 2)
            let row = rows[0]
            #expect(try row.decode("specialties", as: [String].self) == ["skin", "gp"])
            #expect(try row.decode("languages", as: [String].self) == ["en", "zu"])
            #expect(try row.decode("schemes", as: [String].self) == ["gems"])
            #expect(try row.decode("hpcsa_number", as: String.self) == "MP0123456")
            #expect(try row.decode("rating", as: Decimal.self) == Decimal(string: "4.25"))
            #expect(try row.decode("province", as: String.self) == "Gauteng")
            #expect(try row.decode("first_visit_cents", as: Int32.self) == 65000)
            #expect(try row.decode("video_cents", as: Int32.self) == 40000)
            #expect(try row.decode("follow_up_cents", as: Int32?.self) == nil)
            #expect(try row.decode("next_available_at", as: Date.self) == Date(timeIntervalSince1970: 29_800_000 * 60))
            #expect(try rows[1].decode("shows_fees", as: Bool.self) == false)
            #expect(try rows[1].decode("city", as: String.self) == "Durban")
        }
    }

    @Test("The same file again changes nothing and enqueues nothing") func again() async throws {
        try await DoctorsDatabase.with { database in
            let file = Self.lines(1...2500)
            #expect(try await import_(file, into: database) == result(imported: 2500))
            let before = try await database.listings()
            try await database.forgetChanges()
            #expect(try await import_(file, into: database) == result(unchanged: 2500))
            #expect(try await database.changes().isEmpty)
            #expect(try await database.listings() == before)
        }
    }

    @Test("CSV and JSON Lines of one catalogue leave the same listings") func bothFormats() async throws {
        let csv = """
            \u{FEFF}id,name,specialties,languages,schemes,practice,lat,lon,fee_cents,rating,review_count\r
            1,Dr A,gp|skin,en,gems,Rooms,-26.1,28.0,65000,4.5,2\r
            2,"Dr ""B"", MD",,zu|en,,,,,,,\r\n
            """
        let jsonLines = #"""
            {"id":1,"name":"Dr A","specialties":["gp","skin"],"languages":["en"],"schemes":["gems"],"practice":"Rooms","lat":-26.1,"lon":28,"fee_cents":65000,"rating":4.5,"review_count":2}
            {"id":2,"name":"Dr \"B\", MD","languages":["zu","en"]}
            """#
        let listings = try await DoctorsDatabase.with { database in
            #expect(try await import_(csv, as: "doctors.csv", into: database) == result(imported: 2))
            return try await database.listings()
        }
        try await DoctorsDatabase.with { database in
            let got = try await import_(jsonLines, into: database)
            #expect(got == result(imported: 2))
            #expect(try await database.listings() == listings)
        }
    }

    @Test("Bad rows are reported with line, field and reason, and only they are lost") func badRows() async throws {
        try await DoctorsDatabase.with { database in
            let file = """
                {"id":1,"name":"Dr A","hpcsa_number":"MP0000001"}
                {"id":2,"name":"Dr B","lat":1}

                not json
                {"id":3,"name":"Dr C","hpcsa_number":"MP0000001","specialties":["gp"]}
                {"id":4,"name":"Dr D","fee_cents":1}
                """
            let events = Mutex<[ImportEvent]>([])
            let got = try await import_(file, into: database) { event in events.withLock { $0.append(event) } }
            #expect(got == result(imported: 2, bad: 3))
            let bad = events.withLock { events in
                events.compactMap { event in
                    if case .badRow(let line, let problems) = event { "\(line): \(problems.map(\.description).joined(separator: "; "))" } else { nil }
                }
            }
            #expect(bad == ["2: lon: is missing", "4: is not valid JSON", "5: hpcsa_number: belongs to another doctor"])
            let ids = try await database.pool.query("SELECT external_id FROM doctors ORDER BY 1")
            #expect(try ids.map { try $0.decode("external_id", as: String.self) } == ["1", "4"])
            #expect(try await database.count("doctor_specialties") == 0)
        }
    }

    @Test("Bad rows scattered through full batches do not take good ones with them") func scattered() async throws {
        try await DoctorsDatabase.with { database in
            var lines = (1...3000).map { #"{"id":\#($0),"name":"Dr \#($0)","hpcsa_number":"MP\#(1_000_000 + $0)","languages":["en"]}"# }
            for line in [7, 1500, 2999] { lines[line - 1] = #"{"id":\#(line),"name":"Twin","hpcsa_number":"MP1000001"}"# }
            let got = try await import_(lines.joined(separator: "\n"), into: database)
            #expect(got == result(imported: 2997, bad: 3))
            #expect(try await database.count("doctors") == 2997)
            #expect(try await database.count("doctor_languages") == 2997)
        }
    }

    @Test("A line of 16 MB is refused and its neighbours are imported") func longLine() async throws {
        try await DoctorsDatabase.with { database in
            let long = #"{"id":2,"name":"Dr B","bio":""# + String(repeating: "x", count: 16 << 20) + #""}"#
            let file = #"{"id":1,"name":"Dr A"}"# + "\n" + long + "\n" + #"{"id":3,"name":"Dr C"}"#
            let got = try await import_(file, into: database)
            #expect(got == result(imported: 2, bad: 1))
        }
    }

    @Test("What a later row does not say is cleared, and what it drops is gone") func fileIsTheTruth() async throws {
        try await DoctorsDatabase.with { database in
            let full = #"{"id":1,"name":"Dr A","title":"Dr","rating":4,"review_count":1,"specialties":["gp","skin"],"languages":["en","zu"],"schemes":["gems"],"practice_id":"p","fee_cents":9,"next_available":29800000,"more_practices":[{"practice_id":"q"}]}"#
            try await import_(full, into: database)
            let less = #"{"id":1,"name":"Dr A","specialties":["skin"],"languages":["zu"],"practice_id":"q","fees":{"video":5}}"#
            #expect(try await import_(less, into: database) == result(imported: 1))
            let after = try await database.listings()
            let fresh = try await DoctorsDatabase.with { other in
                try await import_(less, into: other)
                return try await other.listings()
            }
            #expect(after == fresh)
        }
    }

    @Test("Order counts: specialties and practices swap places") func swaps() async throws {
        try await DoctorsDatabase.with { database in
            func line(_ first: String, _ second: String, _ p: String, _ q: String) -> String {
                #"{"id":1,"name":"Dr A","specialties":["\#(first)","\#(second)"],"practice_id":"\#(p)","more_practices":[{"practice_id":"\#(q)"}]}"#
            }
            try await import_(line("gp", "skin", "p", "q"), into: database)
            #expect(try await import_(line("skin", "gp", "q", "p"), into: database) == result(imported: 1))
            let specialties = try await database.pool.query("SELECT specialty AS word FROM doctor_specialties ORDER BY position")
            let practices = try await database.pool.query("SELECT external_id AS word FROM doctor_practices JOIN practices USING (practice_id) ORDER BY position")
            #expect(try (Array(specialties) + Array(practices)).map { try $0.decode("word", as: String.self) } == ["skin", "gp", "q", "p"])
        }
    }

    @Test("An id that comes twice is written twice: the later row stands") func repeatedID() async throws {
        try await DoctorsDatabase.with { database in
            let file = #"{"id":1,"name":"Dr A"}"# + "\n" + #"{"id":"1","name":"Dr B"}"#
            #expect(try await import_(file, into: database) == result(imported: 2))
            let names = try await database.pool.query("SELECT display_name FROM doctors")
            #expect(try names.map { try $0.decode("display_name", as: String.self) } == ["Dr B"])
        }
    }

    @Test("A suspension outlives an import") func suspension() async throws {
        try await DoctorsDatabase.with { database in
            let file = #"{"id":1,"name":"Dr A"}"#
            try await import_(file, into: database)
            try await database.pool.query("UPDATE doctors SET verification_state = 'suspended'")
            #expect(try await import_(file, into: database) == result(unchanged: 1))
            #expect(try await database.listings().isEmpty)
        }
    }

    @Test("Two imports of one file at once leave what one leaves, and count each doctor once") func concurrent() async throws {
        try await DoctorsDatabase.with { database in
            let file = Self.lines(1...3000)
            async let first = import_(file, into: database)
            async let second = import_(file, into: database)
            let results = try await [first, second]
            #expect(results.map(\.imported).reduce(0, +) == 3000)
            #expect(results.map(\.unchanged).reduce(0, +) == 3000)
            let both = try await database.listings()
            let one = try await DoctorsDatabase.with { other in
                try await import_(file, into: other)
                return try await other.listings()
            }
            #expect(both == one)
        }
    }

    @Test("Progress grows to the whole file") func progress() async throws {
        try await DoctorsDatabase.with { database in
            let seen = Mutex<[ImportProgress]>([])
            let file = Self.lines(1...4100)
            try await import_(file, into: database) { event in
                if case .progress(let progress) = event { seen.withLock { $0.append(progress) } }
            }
            let progress = seen.withLock { $0 }
            #expect(progress.map(\.rowCount) == [2000, 4000, 4100])
            #expect(progress.last?.byteCount == file.utf8.count)
            #expect(progress.allSatisfy { $0.totalByteCount == file.utf8.count })
        }
    }

    @Test("A file that is not there is an error with its path") func missingFile() async throws {
        try await DoctorsDatabase.with { database in
            let error = await #expect(throws: ImportError.self) {
                try await DoctorImporter(pool: database.pool).importDoctors(at: "/nowhere.jsonl", format: .jsonLines)
            }
            #expect(error?.description.hasPrefix("/nowhere.jsonl cannot be read") == true)
        }
    }

    @discardableResult
    private func import_(
        _ text: String, as name: String = "doctors.jsonl", into database: DoctorsDatabase, report: (ImportEvent) -> Void = { _ in }
    ) async throws -> ImportResult {
        try await withTemporaryFile(name, text.utf8) { path in
            try await DoctorImporter(pool: database.pool).importDoctors(at: path, format: ImportFormat(path: path), report: report)
        }
    }

    /// Doctors who share practices and differ in everything else.
    private static func lines(_ numbers: ClosedRange<Int>) -> String {
        numbers.map { number in
            #"{"id":\#(number),"name":"Dr \#(number)","specialties":["gp"],"languages":["en","zu"],"schemes":["gems"],"practice":"Clinic \#(number % 700)","city":"Durban","lat":-29.\#(number % 700),"lon":31,"fee_cents":\#(number),"next_available":\#(29_800_000 + number)}"#
        }.joined(separator: "\n")
    }

    private func result(imported: Int = 0, unchanged: Int = 0, bad: Int = 0) -> String { "\(imported) \(unchanged) \(bad)" }
}

private func == (result: ImportResult, expected: String) -> Bool {
    "\(result.imported) \(result.unchanged) \(result.bad)" == expected && result.read == result.imported + result.unchanged + result.bad
}
