import Testing

@testable import Postgres

@Suite("Prepared statements")
struct StatementCacheTests {
    private func key(_ text: String, _ types: [PostgresType] = []) -> StatementCache.Key {
        StatementCache.Key(text: text, types: types)
    }

    @Test("The least recently used statement is evicted first")
    func evicts() {
        var cache = StatementCache(capacity: 2)
        for text in ["a", "b"] {
            #expect(cache.evictIfFull() == nil)
            cache.insert(text, for: key(text))
        }
        _ = cache.name(of: key("a"))
        #expect(cache.evictIfFull() == "b")
        #expect(cache.name(of: key("a")) == "a")
        #expect(cache.name(of: key("b")) == nil)
    }

    @Test("One text with other parameter types is another statement")
    func typesMatter() {
        var cache = StatementCache(capacity: 4)
        cache.insert("s1", for: key("SELECT $1", [.int8]))
        #expect(cache.name(of: key("SELECT $1", [.text])) == nil)
        #expect(cache.name(of: key("SELECT $1", [.int8])) == "s1")
    }

    @Test("Names never repeat, whatever is forgotten in between")
    func freshNames() {
        var cache = StatementCache(capacity: 2)
        let names = (0..<100).map { number in
            let name = cache.freshName()
            cache.insert(name, for: key("\(number % 3)"))
            _ = cache.remove(key("\(number % 2)"))
            return name
        }
        #expect(Set(names).count == 100)
    }
}
