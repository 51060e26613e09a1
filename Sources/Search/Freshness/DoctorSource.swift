import Domain
import Foundation
import Postgres

/// All SQL of this feature. It reads what `Doctors` writes: the view `doctor_listings`, the outbox `doctor_changes`
/// and the terminology; it writes nothing.
struct DoctorSource: Sendable {
    /// What one poll saw, in one statement and so in one snapshot.
    struct Poll: Sendable {
        var cursor: ChangeCursor
        /// Doctors that changed since the cursor asked with.
        var changedIDs: [Int64]
        /// Somebody asked for everything to be read again (TRUNCATE).
        var wantsResync: Bool
        /// Transactions between the oldest running one and now.
        var horizonAge: UInt64
    }
    let database: PostgresPool

    /// Reads the changes since `cursor`; `nil` when the cursor does not belong to this database any more.
    func poll(since cursor: ChangeCursor) async throws -> Poll? {
        let unread = cursor.unread
        let rows = try await database.query(
            """
            SELECT \(unescaped: Self.positionColumns),
                ARRAY(SELECT DISTINCT doctor_id FROM doctor_changes
                    WHERE (tx >= \(TransactionID(rawValue: unread.from)) OR tx = ANY (\(unread.and.map { TransactionID(rawValue: $0) })))
                        AND doctor_id IS NOT NULL) AS ids,
                EXISTS (SELECT FROM doctor_changes
                    WHERE (tx >= \(TransactionID(rawValue: unread.from)) OR tx = ANY (\(unread.and.map { TransactionID(rawValue: $0) })))
                        AND doctor_id IS NULL) AS resync
            """)
        let position = try Self.position(rows)
        guard cursor.continues(in: position.cluster, at: position.snapshot) else { return nil }
        return Poll(
            cursor: position, changedIDs: try rows[0].decode("ids"), wantsResync: try rows[0].decode("resync"),
            horizonAge: position.snapshot.xmax - position.snapshot.xmin)
    }

    /// The current state of some doctors, all their practices; a doctor that is gone or hidden has no listing.
    func listings(of ids: [Int64]) async throws -> [DoctorListing] {
        try await Self.listings(of: ids, on: database)
    }

    /// The names behind the codes.
    func terminology() async throws -> Terminology { try await Self.terminology(database) }

    /// Reads every listing in one snapshot, page by page, and gives the cursor that continues from it.
    func readAll(
        _ page: @Sendable (_ listings: [DoctorListing], _ terminology: Terminology, _ prior: RatingPrior) async -> Void
    ) async throws -> (cursor: ChangeCursor, terminology: Terminology, prior: RatingPrior) {
        try await database.transaction(isolation: .repeatableRead, access: .readOnly) { connection in
            let cursor = try Self.position(try await connection.query("SELECT \(unescaped: Self.positionColumns)"))
            let terminology = try await Self.terminology(connection)
            let prior = try await Self.prior(connection)
            var last = Int64.min
            while true {
                // Ids first: a range on the view itself would let the planner read child tables from their start.
                let ids: [Int64] = try await connection.query(
                    "SELECT doctor_id FROM doctors WHERE doctor_id > \(last) ORDER BY doctor_id LIMIT \(Self.pageDoctors)"
                ).map { try $0.decode("doctor_id") }
                guard let end = ids.last else { break }
                await page(try await Self.listings(of: ids, on: connection), terminology, prior)
                last = end
            }
            return (cursor, terminology, prior)
        }
    }

    /// Doctors in the table, to show progress by.
    func doctorCount() async throws -> Int {
        try await database.query("SELECT count(*) AS count FROM doctors").first?.decode("count") ?? 0
    }

    private static func listings(of ids: [Int64], on connection: any PostgresQuerying) async throws -> [DoctorListing] {
        try await connection.query("SELECT * FROM doctor_listings WHERE doctor_id = ANY (\(ids)) ORDER BY doctor_id")
            .map { try DoctorListing($0) }
    }

    private static let pageDoctors = 2_000

    private static let positionColumns = """
        pg_current_snapshot()::text AS snapshot,
        (SELECT system_identifier FROM pg_control_system()) AS system_identifier,
        (SELECT timeline_id FROM pg_control_checkpoint()) AS timeline,
        (SELECT oid::bigint FROM pg_database WHERE datname = current_database()) AS database_oid,
        pg_is_in_recovery() AS is_standby
        """

    private static func position(_ rows: PostgresResult) throws -> ChangeCursor {
        guard let row = rows.first, let snapshot = TransactionSnapshot(try row.decode("snapshot", as: String.self)) else {
            throw IndexLoadError.unreadableSnapshot
        }
        return ChangeCursor(
            cluster: ChangeCursor.Cluster(
                systemIdentifier: try row.decode("system_identifier"), timeline: Int(try row.decode("timeline", as: Int32.self)),
                databaseOID: try row.decode("database_oid"), isStandby: try row.decode("is_standby")),
            snapshot: snapshot)
    }

    private static func terminology(_ connection: any PostgresQuerying) async throws -> Terminology {
        let specialties = try await connection.query("SELECT slug, coalesce(practitioner, name) AS practitioner, name, common_names FROM specialties ORDER BY slug")
        let languages = try await connection.query("SELECT code, name, coalesce(english_name, name) AS english_name, common_names FROM languages ORDER BY code")
        let schemes = try await connection.query("SELECT slug, name, common_names FROM schemes ORDER BY slug")
        return Terminology(
            specialties: try specialties.map {
                Terminology.Specialty(
                    slug: try $0.decode("slug"), practitioner: try $0.decode("practitioner"), field: try $0.decode("name"),
                    commonNames: try $0.decode("common_names"))
            },
            languages: try languages.map {
                Terminology.Term(
                    code: try $0.decode("code"), name: try $0.decode("name"),
                    otherNames: [try $0.decode("english_name")] + (try $0.decode("common_names", as: [String].self)))
            },
            schemes: try schemes.map {
                Terminology.Term(code: try $0.decode("slug"), name: try $0.decode("name"), otherNames: try $0.decode("common_names"))
            })
    }

    private static func prior(_ connection: any PostgresQuerying) async throws -> RatingPrior {
        let rows = try await connection.query(
            """
            SELECT s.specialty, avg(d.rating)::double precision AS mean
            FROM doctors d JOIN doctor_specialties s ON s.doctor_id = d.doctor_id AND s.position = 0
            WHERE d.rating IS NOT NULL GROUP BY ROLLUP (s.specialty)
            """)
        var means: [String: Double] = [:]
        var overall: Double?
        for row in rows {
            let mean = try row.decode("mean", as: Double?.self)
            if let specialty = try row.decode("specialty", as: String?.self) { means[specialty] = mean } else { overall = mean }
        }
        return overall.map { RatingPrior(means: means, overallMean: $0) } ?? RatingPrior()
    }
}

/// Why an index could not be loaded from the database.
enum IndexLoadError: Error {
    case unreadableSnapshot
}

extension DoctorListing {
    /// A row of `doctor_listings`.
    init(_ row: PostgresRow) throws {
        let practice: Practice? =
            if let id = try row.decode("practice_id", as: Int64?.self) {
                Practice(
                    id: id, name: try row.decode("practice_name", as: String?.self) ?? "", address: try row.decode("address"),
                    suburb: try row.decode("suburb"), city: try row.decode("city"), province: try row.decode("province"),
                    latitude: try row.decode("latitude"), longitude: try row.decode("longitude"),
                    showsFees: try row.decode("shows_fees"),
                    firstVisitCents: try row.decode("first_visit_cents", as: Int32?.self).map { Int($0) },
                    nextAvailableAt: try row.decode("next_available_at"))
            } else {
                nil
            }
        self.init(
            doctorID: try row.decode("doctor_id"), displayName: try row.decode("display_name"),
            registrationNumber: try row.decode("hpcsa_number"),
            isVerified: try row.decode("verification_state", as: String.self) == "verified",
            gender: try row.decode("gender"), biography: try row.decode("biography", as: String?.self) ?? "",
            telehealth: try row.decode("telehealth"),
            rating: try row.decode("rating", as: Decimal?.self).map { Double("\($0)") ?? 0 },
            reviewCount: Int(try row.decode("review_count", as: Int32.self)), isSample: try row.decode("is_sample"),
            specialties: try row.decode("specialties"), subSpecialties: try row.decode("sub_specialties"),
            languages: try row.decode("languages"), schemes: try row.decode("schemes"), practice: practice)
    }
}
