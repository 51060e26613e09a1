/// Answers that passed the caller's check, as the model wrote them; the least recently used leaves first.
/// Every operation takes constant time.
struct AnswerCache {
    /// Whole texts, no hash: two questions never share an answer by accident.
    struct Key: Hashable {
        let model: String
        let schemaName: String
        let schemaVersion: String
        let cacheKey: String
    }

    private struct Slot {
        let key: Key
        let answer: String
        let expiry: ContinuousClock.Instant
        var newer: Int?
        var older: Int?
    }

    private let maximumEntries: Int
    private let lifetime: Duration
    private var slots: [Slot] = []
    private var free: [Int] = []
    private var places: [Key: Int] = [:]
    private var newest: Int?
    private var oldest: Int?

    init(maximumEntries: Int, lifetime: Duration) {
        self.maximumEntries = maximumEntries
        self.lifetime = lifetime
    }

    var count: Int { places.count }

    /// The answer kept for the key, which becomes the most recently used one.
    mutating func answer(for key: Key, at now: ContinuousClock.Instant) -> String? {
        guard let place = places[key] else { return nil }
        unlink(place)
        guard now < slots[place].expiry else {
            forget(place)
            return nil
        }
        linkAsNewest(place)
        return slots[place].answer
    }

    mutating func keep(_ answer: String, for key: Key, at now: ContinuousClock.Instant) {
        guard maximumEntries > 0 else { return }
        remove(key)
        if count == maximumEntries, let oldest { remove(slots[oldest].key) }
        let slot = Slot(key: key, answer: answer, expiry: now + lifetime)
        let place = free.popLast() ?? slots.endIndex
        if place == slots.endIndex { slots.append(slot) } else { slots[place] = slot }
        places[key] = place
        linkAsNewest(place)
    }

    private mutating func remove(_ key: Key) {
        guard let place = places[key] else { return }
        unlink(place)
        forget(place)
    }

    private mutating func forget(_ place: Int) {
        places[slots[place].key] = nil
        free.append(place)
    }

    private mutating func unlink(_ place: Int) {
        let (newer, older) = (slots[place].newer, slots[place].older)
        if let newer { slots[newer].older = older } else { newest = older }
        if let older { slots[older].newer = newer } else { oldest = newer }
    }

    private mutating func linkAsNewest(_ place: Int) {
        (slots[place].newer, slots[place].older) = (nil, newest)
        if let newest { slots[newest].newer = place } else { oldest = place }
        newest = place
    }
}
