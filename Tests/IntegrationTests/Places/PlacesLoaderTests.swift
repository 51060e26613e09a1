import Domain
import Foundation
import Places
import Postgres
import Testing
import Web

@Suite("Places loader", .enabled(if: TestDatabase.isAvailable, TestDatabase.hint))
struct PlacesLoaderTests {
    private static let placesHeader = "slug,name,kind,city,province,postal_code,latitude,longitude,population,other_names"
    private static let facilitiesHeader = "name,kind,category,province,district,latitude,longitude,emergency_care,source"
    private static let soweto = "soweto,Soweto,town,Johannesburg,Gauteng,1818,-26.2678,27.8585,1500000,Msawawa"
    private static let durban = "durban,Durban,city,Durban,KwaZulu-Natal,4001,-29.8587,31.0218,3900000,eThekwini|DBN"
    private static let clinic = "Zola Clinic,clinic,Clinic,Gauteng,,-26.24,27.83,unknown,dsfsi"
    private static let hospital = "Bara,hospital,National Central Hospital,Gauteng,Johannesburg,-26.26,27.94,yes,dsfsi"

    private static func places(_ lines: String...) -> [UInt8] { csv([placesHeader] + lines) }
    private static func facilities(_ lines: String...) -> [UInt8] { csv([facilitiesHeader] + lines) }
    private static func csv(_ lines: [String]) -> [UInt8] { Array((lines.joined(separator: "\n") + "\n").utf8) }

    private static func withFeature(_ body: @Sendable (PlacesFeature, PostgresPool) async throws -> Void) async throws {
        try await TestDatabase.withPool { pool in
            _ = try await Migrator(pool: pool, logger: TestDatabase.logger).migrate(PlacesFeature.migrations)
            let signer = WebSecrets(rootKey: Array(0..<32)).cursorSigner
            try await body(PlacesFeature(pool: pool, cursorSigner: signer), pool)
        }
    }

    /// Each row's id and the transaction that wrote it: both stay while a row is not touched.
    private static func versions(_ table: String, _ pool: PostgresPool) async throws -> [String] {
        try await pool.query("SELECT id || '/' || xmin AS version FROM \(unescaped: table) ORDER BY id")
            .map { try $0.decode("version") }
    }

    @Test("the committed files load, fill the directories, and a second time change nothing")
    func loadsCommittedFiles() async throws {
        try await Self.withFeature { feature, pool in
            let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../Data")
            let placesCSV = Array(try Data(contentsOf: folder.appending(path: "places.csv")))
            let facilitiesCSV = Array(try Data(contentsOf: folder.appending(path: "facilities.csv")))
            let first = try await feature.load(placesCSV: placesCSV, facilitiesCSV: facilitiesCSV)
            #expect(first.places?.written == placesCSV.count { $0 == 10 } - 1)
            #expect(first.facilities?.written == facilitiesCSV.count { $0 == 10 } - 1)
            #expect(feature.places.suggestions(for: "joburg", limit: 1).first?.slug == "johannesburg")
            let soweto = try #require(feature.places.place(slug: "soweto"))
            #expect(feature.facilities.nearest(FacilityQuery(coordinate: soweto.coordinate)).hits.count == 20)

            let versions = try await Self.versions("places", pool)
            let second = try await feature.load(placesCSV: placesCSV, facilitiesCSV: facilitiesCSV)
            #expect(second.places == nil)
            #expect(second.facilities == nil)
            try await pool.query("DELETE FROM place_files")
            let third = try await feature.load(placesCSV: placesCSV, facilitiesCSV: facilitiesCSV)
            #expect(third.places?.written == 0 && third.places?.removed == 0)
            #expect(third.facilities?.written == 0 && third.facilities?.removed == 0)
            #expect(try await Self.versions("places", pool) == versions)
        }
    }

    @Test("a changed file changes only the rows that differ, removes the rows it lost and keeps ids")
    func loadsChanges() async throws {
        try await Self.withFeature { feature, pool in
            try await feature.load(
                placesCSV: Self.places(Self.soweto, Self.durban), facilitiesCSV: Self.facilities(Self.clinic, Self.hospital))
            let before = try await Self.versions("places", pool)
            let busier = Self.soweto.replacing("1500000", with: "1600000")
            let polokwane = "polokwane,Polokwane,city,Polokwane,Limpopo,0699,-23.9,29.45,130000,"
            let change = try await feature.load(
                placesCSV: Self.places(busier, polokwane),
                facilitiesCSV: Self.facilities(Self.clinic.replacing("unknown", with: "no"), Self.hospital))
            #expect(change.places?.written == 2)
            #expect(change.places?.removed == 1)
            #expect(change.facilities?.written == 1)
            #expect(change.facilities?.removed == 0)
            #expect(feature.places.place(slug: "soweto")?.population == 1_600_000)
            #expect(feature.places.place(slug: "durban") == nil)
            #expect(feature.places.place(slug: "polokwane") != nil)
            let sowetoID = try await pool.query("SELECT id FROM places WHERE slug = 'soweto'")[0].decode("id", as: Int.self)
            #expect(before.contains { $0.hasPrefix("\(sowetoID)/") })
        }
    }

    @Test("a file with a bad line is refused whole and the table keeps what it had")
    func refusesBadFiles() async throws {
        try await Self.withFeature { feature, pool in
            let facilities = Self.facilities(Self.clinic)
            try await feature.load(placesCSV: Self.places(Self.soweto), facilitiesCSV: facilities)
            let bad = Self.durban.replacing("KwaZulu-Natal", with: "Natal")
            let error = await #expect(throws: PlacesFileError.self) {
                try await feature.load(placesCSV: Self.places(bad), facilitiesCSV: facilities)
            }
            #expect(error?.problems.map(\.line) == [2])
            try await feature.refresh()
            #expect(feature.places.place(slug: "soweto") != nil)
        }
    }

    @Test("servers that load at once end up with the file's rows once")
    func loadsConcurrently() async throws {
        try await Self.withFeature { feature, pool in
            let changes = try await withThrowingTaskGroup(of: TableChange?.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        try await feature.load(
                            placesCSV: Self.places(Self.soweto, Self.durban), facilitiesCSV: Self.facilities(Self.clinic)
                        ).places
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(changes.compactMap(\.self).map(\.written) == [2])
            #expect(try await Self.versions("places", pool).count == 2)
        }
    }

    @Test("before anything is loaded the directories are empty")
    func startsEmpty() async throws {
        try await Self.withFeature { feature, _ in
            try await feature.refresh()
            #expect(feature.places.suggestions(for: "soweto", limit: 8).isEmpty)
        }
    }
}
