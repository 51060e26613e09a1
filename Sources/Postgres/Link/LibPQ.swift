import CLibPQ

/// One libpq connection. Every libpq call of this module is in this file.
///
/// Calls block, so they belong on a thread of ``BlockingThreads``. The type is not `Sendable`: whoever holds it serialises.
final class LibPQ {
    private let connection: OpaquePointer
    /// Ends a running statement from any thread.
    let canceller: LibPQCanceller

    /// Connects, waiting for as long as the connection string's `connect_timeout` says (5 s unless it says).
    /// - Throws: ``PostgresError`` of class 08.
    init(connectionString: String) throws {
        let parameters: KeyValuePairs = [
            "connect_timeout": "5", "tcp_user_timeout": "30000",
            "keepalives_idle": "30", "keepalives_interval": "10", "keepalives_count": "3",
            "fallback_application_name": "ratethedoctor", "dbname": connectionString, "client_encoding": "UTF8",
        ]
        let opened = withCStrings(parameters.map(\.key)) { keys in
            withCStrings(parameters.map(\.value)) { values in PQconnectdbParams(keys, values, 1) }
        }
        guard let opened else { throw PostgresError(sqlState: .connectionFailure, message: "out of memory") }
        guard PQstatus(opened) == CONNECTION_OK, let canceller = LibPQCanceller(opened) else {
            defer { PQfinish(opened) }
            throw PostgresError(sqlState: .cannotConnect, message: String(cString: PQerrorMessage(opened)))
        }
        connection = opened
        self.canceller = canceller
        PQsetNoticeProcessor(opened, { _, _ in }, nil)
    }

    deinit {
        PQfinish(connection)
    }

    var socket: Int32 { PQsocket(connection) }

    var status: LinkStatus {
        guard PQstatus(connection) == CONNECTION_OK else { return .lost }
        switch PQtransactionStatus(connection) {
        case PQTRANS_IDLE: return .idle
        case PQTRANS_INTRANS: return .inTransaction
        case PQTRANS_INERROR: return .inFailedTransaction
        default: return .busy
        }
    }

    /// Runs one or more statements without parameters, in the simple protocol; the result is the last one's.
    func execute(script: String) throws -> LibPQResult {
        try finish(PQexec(connection, script))
    }

    func prepare(_ name: String, _ text: String, types: [PostgresType]) throws {
        _ = try finish(PQprepare(connection, name, text, Int32(types.count), types.map(\.oid)))
    }

    func execute(prepared name: String, _ parameters: LibPQParameters) throws -> LibPQResult {
        try parameters.withPointers { count, values, lengths, formats in
            try finish(PQexecPrepared(connection, name, count, values, lengths, formats, 1))
        }
    }

    /// Notifications that have arrived, without waiting.
    /// - Throws: when the connection is lost.
    func notifications() throws -> [PostgresNotification] {
        guard PQconsumeInput(connection) == 1, PQstatus(connection) == CONNECTION_OK else { throw failureWithoutResult }
        var arrived: [PostgresNotification] = []
        while let notification = PQnotifies(connection) {
            defer { PQfreemem(notification) }
            let fields = notification.pointee
            arrived.append(PostgresNotification(channel: String(cString: fields.relname), payload: String(cString: fields.extra)))
        }
        return arrived
    }

    private func finish(_ pointer: OpaquePointer?) throws -> LibPQResult {
        guard let result = pointer.map(LibPQResult.init) else { throw failureWithoutResult }
        guard result.isSuccess else { throw result.error(isConnectionLost: status == .lost) }
        return result
    }

    private var failureWithoutResult: PostgresError {
        PostgresError(
            sqlState: status == .lost ? .connectionFailure : .notSupported,
            message: String(cString: PQerrorMessage(connection))
        )
    }
}

/// Where a connection stands between statements.
enum LinkStatus: Sendable {
    case idle, busy, inTransaction, inFailedTransaction, lost
}

/// Asks the server to end the statement a connection is running.
///
/// Unchecked: a `PGcancel` is a constant copy of address and key, and libpq documents `PQcancel` as callable from any
/// thread and signal handler; it is freed once, when nobody refers to it.
final class LibPQCanceller: @unchecked Sendable {
    private let handle: OpaquePointer

    fileprivate init?(_ connection: OpaquePointer) {
        guard let handle = PQgetCancel(connection) else { return nil }
        self.handle = handle
    }

    deinit {
        PQfreeCancel(handle)
    }

    /// Opens a connection of its own, sends the request and waits until the server has passed it on. Blocks.
    func cancel() {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { message in
            _ = PQcancel(handle, message.baseAddress, Int32(message.count))
        }
    }
}

/// The rows of one statement, in binary form.
///
/// Unchecked: libpq documents a `PGresult` as read-only after creation and free to pass between threads; nothing here
/// writes to it, and it is cleared once, when nobody refers to it.
final class LibPQResult: @unchecked Sendable {
    private let handle: OpaquePointer
    let rowCount: Int

    fileprivate init(_ handle: OpaquePointer) {
        self.handle = handle
        rowCount = Int(PQntuples(handle))
    }

    deinit {
        PQclear(handle)
    }

    /// Column names in order, with their types.
    var columns: [(name: String, type: PostgresType)] {
        (0..<PQnfields(handle)).map { (String(cString: PQfname(handle, $0)), PostgresType(oid: PQftype(handle, $0))) }
    }

    /// Rows inserted, updated, deleted or selected; 0 for other statements.
    var affectedRows: Int { Int(String(cString: PQcmdTuples(handle))) ?? 0 }

    /// What was done, as in `COMMIT` or `INSERT 0 1`.
    var commandTag: String { String(cString: PQcmdStatus(handle)) }

    func withBytes<Value>(row: Int, column: Int, _ body: (UnsafeRawBufferPointer?) throws -> Value) rethrows -> Value {
        let (row, column) = (Int32(row), Int32(column))
        guard PQgetisnull(handle, row, column) == 0, let bytes = PQgetvalue(handle, row, column) else { return try body(nil) }
        defer { withExtendedLifetime(self) {} }
        return try body(UnsafeRawBufferPointer(start: bytes, count: Int(PQgetlength(handle, row, column))))
    }

    fileprivate var isSuccess: Bool {
        [PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY].contains(PQresultStatus(handle))
    }

    fileprivate func error(isConnectionLost: Bool) -> PostgresError {
        // The diagnostic field codes of postgres_ext.h are character macros, which Swift does not import as numbers.
        func field(_ code: Character) -> String? {
            code.asciiValue.flatMap { PQresultErrorField(handle, Int32($0)) }.map { String(cString: $0) }
        }
        let fallback: SQLState = isConnectionLost ? .connectionFailure : .notSupported
        return PostgresError(
            sqlState: field("C").map(SQLState.init(rawValue:)) ?? fallback,
            isConnectionLost: isConnectionLost,
            message: field("M") ?? String(cString: PQresultErrorMessage(handle)),
            detail: field("D"),
            schema: field("s"), table: field("t"), column: field("c"), constraint: field("n"),
            isStaleStatement: field("R") == "RevalidateCachedQuery" || field("C") == SQLState.unknownStatement.rawValue
        )
    }
}

/// Bound values laid out one after another.
struct LibPQParameters: Sendable {
    private var bytes: [UInt8] = []
    /// `nil` is NULL.
    private var ranges: [Range<Int>?] = []

    init(_ bindings: [SQLBinding]) throws {
        for binding in bindings {
            let start = bytes.count
            let value = try binding.bytes.get()
            bytes += value ?? []
            ranges.append(value.map { _ in start..<bytes.count })
        }
        // libpq reads a null pointer as NULL, and an empty array has no address to point an empty text at.
        bytes.append(0)
    }

    fileprivate func withPointers<Value>(
        _ body: (Int32, [UnsafePointer<CChar>?], [Int32], [Int32]) throws -> Value
    ) throws -> Value {
        try bytes.withUnsafeBytes { buffer in
            let start = buffer.assumingMemoryBound(to: CChar.self).baseAddress
            let values = ranges.map { range in range.flatMap { range in start.map { $0 + range.lowerBound } } }
            let lengths = ranges.map { Int32($0?.count ?? 0) }
            return try body(Int32(ranges.count), values, lengths, Array(repeating: 1, count: ranges.count))
        }
    }
}

/// Calls `body` with a NULL-terminated array of C strings.
private func withCStrings<Value>(_ strings: [String], _ body: ([UnsafePointer<CChar>?]) -> Value) -> Value {
    func collect(_ rest: ArraySlice<String>, _ pointers: [UnsafePointer<CChar>?]) -> Value {
        guard let first = rest.first else { return body(pointers + [nil]) }
        return first.withCString { collect(rest.dropFirst(), pointers + [$0]) }
    }
    return collect(strings[...], [])
}
