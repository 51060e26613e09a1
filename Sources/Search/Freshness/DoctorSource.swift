import Domain
import Foundation
import Postgres

/// What the index is made of, read from the database: the view `doctor_listings`, the outbox `doctor_changes` and the
/// terminology, all of `Doctors`. Writes nothing, so a standby will do.
struct DoctorSource: Sendable {
    /// What one poll saw, in one statement and so in one snapshot.
    struct Poll: Sendable {
        var cursor: ChangeCursor
        /// Doctors that changed since the cursor asked with.
        var changedIDs: [Int64]
        /// Somebody asked for everything to be read again (TRUNCATE), for the first time.
        var wantsResync: Bool
        /// When the earliest of the changes was made; `nil` without any.
        var oldestChange: Date?

        /// Transactions between the oldest running one and now.
        var horizonAge: UInt64 { cursor.snapshot.xmax - cursor.snapshot.xmin }
    }
    /// The current rows of some doctors; a doctor that is gone or hidden has none.
    struct Listings: Sendable {
        var byDoctor: [Int64: [DoctorListing]] = [:]
        /// Doctors with a row that cannot be read, and why.
        var failures: [Int64: String] = [:]
    }
    /// All doctors of a range of ids, and the changed ones, as the poll's snapshot has them.
    struct Page: Sendable {
        var ids: ClosedRange<Int64>
        var listings: Listings
        var changed: Listings
        var terminology: Terminology
    }
    let database: PostgresPool

    /// Reads the changes since `cursor`; `nil` when the cursor cannot be continued in this database.
    func poll(since cursor: ChangeCursor) async throws -> Poll? { try await Self.poll(since: cursor, on: database) }

    /// The same, and in one snapshot with it every doctor behind the id `last`, at most `count` of them. Without that page
    /// when as many doctors changed, which are better read in parts.
    func poll(since cursor: ChangeCursor, pageAfter last: Int64, count: Int) async throws -> (poll: Poll, page: Page?)? {
        try await database.transaction(isolation: .repeatableRead, access: .readOnly) { connection in
            guard let poll = try await Self.poll(since: cursor, on: connection) else { return nil }
            guard poll.changedIDs.count < count else { return (poll, nil) }
            let ids = try await Self.doctorIDs(after: last, count: count, on: connection)
            let page = Page(
                ids: last + 1...(ids.count < count ? Int64.max : ids[ids.count - 1]),
                listings: try await Self.listings(of: ids, on: connection),
                changed: try await Self.listings(of: poll.changedIDs, on: connection),
                terminology: try await Self.terminology(connection))
            return (poll, page)
        }
    }

    private static func poll(since cursor: ChangeCursor, on connection: any PostgresQuerying) async throws -> Poll? {
        let unread = cursor.unread
        let rows = try await connection.query(
            """
            WITH unread AS MATERIALIZED (
                SELECT tx, doctor_id, changed_at FROM doctor_changes
                WHERE tx >= \(TransactionID(rawValue: unread.from)) OR tx = ANY (\(unread.and.map { TransactionID(rawValue: $0) })))
            SELECT \(unescaped: Self.positionColumns),
                (SELECT tx FROM doctor_changes_floor) AS floor,
                ARRAY(SELECT DISTINCT doctor_id FROM unread WHERE doctor_id IS NOT NULL) AS ids,
                ARRAY(SELECT DISTINCT tx FROM unread WHERE doctor_id IS NULL) AS resyncs,
                (SELECT min(changed_at) FROM unread) AS oldest_change
            """)
        var position = try Self.position(rows)
        let floor = try rows[0].decode("floor", as: TransactionID.self).rawValue
        guard cursor.continues(in: position.cluster, at: position.snapshot, floor: floor) else { return nil }
        position.obeyedResyncs = Set(try rows[0].decode("resyncs", as: [TransactionID].self).map(\.rawValue))
        return Poll(
            cursor: position, changedIDs: try rows[0].decode("ids"),
            wantsResync: !position.obeyedResyncs.isSubset(of: cursor.obeyedResyncs), oldestChange: try rows[0].decode("oldest_change"))
    }

    func listings(of ids: [Int64]) async throws -> Listings { try await Self.listings(of: ids, on: database) }

    /// The names behind the codes.
    func terminology() async throws -> Terminology { try await Self.terminology(database) }

    /// Reads every listing in one snapshot, page by page, and gives the cursor that continues from it.
    /// - Parameter begin: told the cursor before the first page, so that what comes behind it can be kept.
    func readAll(
        begin: @Sendable (_ cursor: ChangeCursor) async -> Void,
        page: @Sendable (_ ids: [Int64], _ listings: Listings, _ terminology: Terminology, _ prior: RatingPrior) async -> Void
    ) async throws -> (cursor: ChangeCursor, terminology: Terminology, prior: RatingPrior) {
        try await database.transaction(isolation: .repeatableRead, access: .readOnly) { connection in
            var cursor = try Self.position(try await connection.query("SELECT \(unescaped: Self.positionColumns)"))
            let resyncs = try await connection.query(
                "SELECT DISTINCT tx FROM doctor_changes WHERE doctor_id IS NULL AND tx >= \(TransactionID(rawValue: cursor.snapshot.xmin))")
            cursor.obeyedResyncs = Set(try resyncs.map { try $0.decode("tx", as: TransactionID.self).rawValue })
            await begin(cursor)
            let terminology = try await Self.terminology(connection)
            let prior = try await Self.prior(connection)
            var last = Int64.min
            while true {
                let ids = try await Self.doctorIDs(after: last, count: Self.pageDoctors, on: connection)
                guard let end = ids.last else { break }
                await page(ids, try await Self.listings(of: ids, on: connection), terminology, prior)
                last = end
            }
            return (cursor, terminology, prior)
        }
    }

    /// Doctors in the table, to show progress by.
    func doctorCount() async throws -> Int {
        try await database.query("SELECT count(*) AS count FROM doctors").first?.decode("count") ?? 0
    }

    /// Ids first: a range on the view itself would let the planner read child tables from their start.
    private static func doctorIDs(after last: Int64, count: Int, on connection: any PostgresQuerying) async throws -> [Int64] {
        try await connection.query("SELECT doctor_id FROM doctors WHERE doctor_id > \(last) ORDER BY doctor_id LIMIT \(count)")
            .map { try $0.decode("doctor_id") }
    }

    private static func listings(of ids: [Int64], on connection: any PostgresQuerying) async throws -> Listings {
        guard !ids.isEmpty else { return Listings() }
        var listings = Listings()
        for row in try await connection.query("SELECT * FROM doctor_listings WHERE doctor_id = ANY (\(ids)) ORDER BY doctor_id") {
            let id: Int64 = try row.decode("doctor_id")
            do {
                listings.byDoctor[id, default: []].append(try DoctorListing(row))
            } catch {
                listings.failures[id] = "\(error)"
            }
        }
        for id in listings.failures.keys { listings.byDoctor[id] = nil }
        return listings
    }

    private static let pageDoctors = 2_000

    /// The timeline of a primary stands in the name of the file it writes; that of the last checkpoint is an old one for a
    /// while after a promotion.
    private static let positionColumns = """
        pg_current_snapshot()::text AS snapshot,
        (SELECT system_identifier FROM pg_control_system()) AS system_identifier,
        CASE WHEN pg_is_in_recovery() THEN (SELECT timeline_id::bigint FROM pg_control_checkpoint())
            ELSE ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::bigint END AS timeline,
        (SELECT oid::bigint FROM pg_database WHERE datname = current_database()) AS database_oid,
        pg_is_in_recovery() AS is_standby,
        (SELECT max(name) FROM schema_migrations WHERE feature = 'Doctors') AS schema_version
        """

    private static func position(_ rows: PostgresResult) throws -> ChangeCursor {
        guard let row = rows.first, let snapshot = TransactionSnapshot(try row.decode("snapshot", as: String.self)) else {
            throw IndexLoadError.unreadableSnapshot
        }
        return ChangeCursor(
            cluster: ChangeCursor.Cluster(
                systemIdentifier: try row.decode("system_identifier"), timeline: try row.decode("timeline"),
                databaseOID: try row.decode("database_oid"), isStandby: try row.decode("is_standby"),
                schemaVersion: try row.decode("schema_version")),
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
                    nextAvailableAt: try row.decode("next_available_at"),
                    freeHalfDays: try row.decode("free_half_days", as: Int64?.self).map { HalfDays(bits: UInt64(bitPattern: $0)) })
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
