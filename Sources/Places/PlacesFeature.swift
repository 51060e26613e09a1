import Hummingbird
import Postgres
import Synchronization
import TextAnalysis
import Web

/// Suburbs, towns, cities, postal codes and health facilities of South Africa, looked up in memory.
///
/// The directories are empty until `load` or `refresh` has filled them; the routes then answer with empty lists.
public final class PlacesFeature: Sendable {
    private struct Directories {
        var places: PlaceDirectory
        var facilities: FacilityDirectory
    }

    private let pool: PostgresPool
    private let cursorSigner: CursorSigner
    private let analyser: TextAnalyser
    private let directories: Mutex<Directories>

    public init(pool: PostgresPool, cursorSigner: CursorSigner, analyser: TextAnalyser = TextAnalyser()) {
        self.pool = pool
        self.cursorSigner = cursorSigner
        self.analyser = analyser
        directories = Mutex(
            Directories(places: PlaceDirectory([], analyser: analyser), facilities: FacilityDirectory([])))
    }

    /// All known places, as of the last `load` or `refresh`. O(1).
    public var places: PlaceDirectory { directories.withLock(\.places) }

    /// All known facilities, as of the last `load` or `refresh`. O(1).
    public var facilities: FacilityDirectory { directories.withLock(\.facilities) }

    /// Brings tables and directories up to date with the data files `places.csv` and `facilities.csv`. A file that was loaded
    /// before costs some ms, another some seconds, nearly all of it reading CSV. Several servers may load at once.
    /// - Returns: what changed; nil for a file that was loaded before.
    /// - Throws: `PlacesFileError` with every line that is wrong, and the file's table is left alone; `PostgresError`.
    @discardableResult
    public func load(placesCSV: [UInt8], facilitiesCSV: [UInt8]) async throws -> (
        places: TableChange?, facilities: TableChange?
    ) {
        let loader = PlacesLoader(pool: pool)
        let places = try await loader.loadPlaces(placesCSV)
        let facilities = try await loader.loadFacilities(facilitiesCSV)
        try await refresh()
        return (places, facilities)
    }

    /// Reads the directories anew from the tables, one query each.
    public func refresh() async throws {
        let store = PlacesStore(database: pool)
        let read = Directories(
            places: PlaceDirectory(try await store.places(), analyser: analyser),
            facilities: FacilityDirectory(try await store.facilities()))
        directories.withLock { $0 = read }
    }

    /// Adds `/v1/places`, `/v1/places/{slug}` and `/v1/facilities`.
    public func routes(on router: Router<AppRequestContext>) {
        PlacesRoutes(places: { self.places }).add(to: router)
        FacilitiesRoutes(places: { self.places }, facilities: { self.facilities }, cursorSigner: cursorSigner).add(to: router)
    }
}
