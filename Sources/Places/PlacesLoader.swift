import Postgres

/// Brings the tables up to date with the data files.
struct PlacesLoader: Sendable {
    let pool: PostgresPool

    /// Makes `places` hold what the file says; nil when the table was filled from the very same file already.
    /// - Throws: `PlacesFileError` with every line that is wrong; then nothing is changed.
    func loadPlaces(_ bytes: [UInt8]) async throws -> TableChange? {
        try await load(PlacesFiles.places, bytes) { try await $0.replacePlaces(PlacesFiles.readPlaces(bytes)) }
    }

    /// Makes `facilities` hold what the file says; nil when the table was filled from the very same file already.
    /// - Throws: `PlacesFileError` with every line that is wrong; then nothing is changed.
    func loadFacilities(_ bytes: [UInt8]) async throws -> TableChange? {
        try await load(PlacesFiles.facilities, bytes) { try await $0.replaceFacilities(PlacesFiles.readFacilities(bytes)) }
    }

    private func load(
        _ file: String, _ bytes: [UInt8], _ replace: @Sendable (PlacesStore) async throws -> TableChange
    ) async throws -> TableChange? {
        try await pool.transaction { connection in
            let store = PlacesStore(database: connection)
            try await store.lockForLoading()
            if try await store.isLoaded(file, bytes) { return nil }
            let change = try await replace(store)
            try await store.setLoaded(file, bytes)
            return change
        }
    }
}
