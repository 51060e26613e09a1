import Accounts
import Booking
import Doctors
import Foundation
import Logging
import Places
import Postgres
import Search
import Web

/// What an operator does beside serving. Each opens a pool of its own and closes it at the end.
public struct Maintenance: Sendable {
    private let configuration: Configuration
    private let logger: Logger

    public init(_ configuration: Configuration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
    }

    /// Brings the database's tables up to this version.
    /// - Returns: the names of the migrations applied now.
    public func migrate() async throws -> [String] {
        try await withPool { pool in
            try await Migrator(pool: pool, logger: logger).migrate(Wiring.migrations).map { "\($0.feature)/\($0.name)" }
        }
    }

    /// What `seed` did.
    public struct SeedReport: Sendable, Encodable {
        /// Sample doctors imported now; 0 when they were there.
        public let sampleDoctorsImported: Int
        /// Rows of the sample file that could not be used.
        public let badRows: Int
    }

    /// Loads the committed data: taxonomy, languages, schemes, places, facilities and, unless some are there, sample doctors.
    public func seed(withSampleDoctors: Bool, report: @escaping @Sendable (ImportEvent) -> Void) async throws -> SeedReport {
        let directory = configuration.dataDirectory
        return try await withPool { pool in
            try await ReferenceData(pool: pool).load(from: directory)
            let places = PlacesFeature(pool: pool, cursorSigner: WebSecrets(rootKey: Array(repeating: 0, count: 32)).cursorSigner)
            try await places.load(
                placesCSV: Array(try Data(contentsOf: URL(filePath: "\(directory)/places.csv"))),
                facilitiesCSV: Array(try Data(contentsOf: URL(filePath: "\(directory)/facilities.csv"))))
            guard withSampleDoctors else { return SeedReport(sampleDoctorsImported: 0, badRows: 0) }
            let result = try await SampleDoctors(pool: pool).seed(from: "\(directory)/sample-doctors.jsonl", report: report)
            let schedules = SampleSchedules(pool: pool) {
                try await DoctorsFeature.setAvailability(doctorID: $0, practiceID: $1, nextFreeAt: $2, freeHalfDays: $3, on: $4)
            }
            _ = try await schedules.seed(SampleDoctors(pool: pool).places())
            return SeedReport(sampleDoctorsImported: result?.imported ?? 0, badRows: result?.bad ?? 0)
        }
    }

    /// Imports doctors from a file, JSON Lines or CSV by its name.
    public func importDoctors(at path: String, report: @escaping @Sendable (ImportEvent) -> Void) async throws -> ImportResult {
        try await withPool { pool in
            try await DoctorImporter(pool: pool).importDoctors(at: path, format: ImportFormat(path: path), report: report)
        }
    }

    /// Builds a new index from the database and tells the running servers.
    public func reindex(progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void) async throws -> Reindex.Report {
        try await withPool { pool in
            let followed = configuration.followedPool(beside: pool, logger: logger)
            let report = try await Reindex(
                database: pool, followed: followed, indexDirectory: configuration.indexDirectory, logger: logger
            ).run(progress: progress)
            if followed !== pool { await followed.close() }
            return report
        }
    }

    /// Has every running server compare its index with the database and repair it.
    public func verifyIndexes(
        progress: @Sendable (_ done: Int, _ total: Int) -> Void
    ) async throws -> [FollowerReport.Verification] {
        try await withPool { try await FollowerReport(database: $0).verify(progress: progress) }
    }

    /// Doctors that servers cannot index.
    public func parkedDoctors() async throws -> [FollowerReport.Parked] {
        try await withPool { try await FollowerReport(database: $0).parked() }
    }

    /// Gives the account that proved an e-mail address a role; how the first administrator comes to be.
    public func grant(role: String, email: String) async throws {
        try await withPool { try await Operators(pool: $0).grant(role: role, email: email) }
    }

    /// Takes a role away.
    public func revoke(role: String, email: String) async throws {
        try await withPool { try await Operators(pool: $0).revoke(role: role, email: email) }
    }

    /// Keeps the account that proved an e-mail address out, or lets it in again.
    public func setDisabled(_ isDisabled: Bool, email: String) async throws {
        try await withPool { try await Operators(pool: $0).setDisabled(isDisabled, email: email) }
    }

    /// Seals sensitive fields anew that an older key sealed.
    /// - Returns: rows sealed anew.
    /// - Throws: `MaintenanceError.noFieldKeys`.
    public func rotateFieldKeys() async throws -> Int {
        guard let cipher = configuration.fieldKeys else { throw MaintenanceError.noFieldKeys }
        return try await withPool { try await Operators(pool: $0).rotateFieldKeys(cipher) }
    }

    static func hasSampleDoctors(_ pool: PostgresPool) async throws -> Bool { try await SampleDoctors(pool: pool).isPresent() }

    private func withPool<Value: Sendable>(
        _ body: @Sendable (PostgresPool) async throws -> Value
    ) async throws -> Value {
        let pool = PostgresPool(configuration: configuration.database, logger: logger)
        do {
            let value = try await body(pool)
            await pool.close()
            return value
        } catch {
            await pool.close()
            throw error
        }
    }
}

/// Why maintenance cannot be done.
public enum MaintenanceError: Error, CustomStringConvertible {
    case noFieldKeys

    public var description: String { "RTD_FIELD_KEYS is not set" }
}
