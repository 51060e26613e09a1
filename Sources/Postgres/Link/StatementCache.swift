/// Which statements a connection has prepared, at most ``capacity`` of them; the least recently used goes first.
struct StatementCache {
    struct Key: Hashable {
        let text: String
        let types: [PostgresType]
    }

    private struct Entry {
        let name: String
        var lastUse: Int
    }

    private let capacity: Int
    private var entries: [Key: Entry] = [:]
    private var clock = 0

    init(capacity: Int) {
        self.capacity = capacity
    }

    /// The server's name for the statement, marked as just used.
    mutating func name(of key: Key) -> String? {
        clock += 1
        entries[key]?.lastUse = clock
        return entries[key]?.name
    }

    /// A name no statement of this connection has had.
    mutating func freshName() -> String {
        clock += 1
        return "s\(clock)"
    }

    mutating func insert(_ name: String, for key: Key) {
        clock += 1
        entries[key] = Entry(name: name, lastUse: clock)
    }

    /// Forgets a statement and returns its name. O(1).
    mutating func remove(_ key: Key) -> String? {
        entries.removeValue(forKey: key)?.name
    }

    /// When full, forgets the least recently used statement and returns its name. O(capacity).
    mutating func evictIfFull() -> String? {
        guard entries.count >= capacity, let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse })?.key else { return nil }
        return remove(oldest)
    }
}
