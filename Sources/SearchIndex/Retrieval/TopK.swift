/// The best `capacity` records of a query's total order, found one at a time.
struct TopK {
    struct Entry {
        var position: SortPosition
        var row: RowReference
    }
    private let capacity: Int
    private let after: SortPosition?
    /// A binary heap with the worst kept entry on top.
    private var heap: [Entry] = []
    /// The worst kept position once there is no more room; before that, one behind every other.
    private var threshold = SortPosition(key: -.infinity, id: .max)
    private var hasRoom = true
    /// Whether records may be offered again.
    var mayRepeat = false

    init(capacity: Int, after: SortPosition?) {
        self.capacity = capacity
        self.after = after
        heap.reserveCapacity(min(capacity, 1024))
    }

    /// Whether an entry at this position, or behind it, could still be kept.
    @inline(__always)
    func canEnter(_ position: SortPosition) -> Bool {
        hasRoom || position.precedes(threshold)
    }

    /// Whether an entry with this key could still be kept, whatever its id.
    @inline(__always)
    func canEnter(key: Double) -> Bool { hasRoom || key >= threshold.key }

    var isFull: Bool { !hasRoom }

    /// Text scores below this are of no use in an order by text.
    var leastKey: Double { hasRoom ? -.infinity : threshold.key }

    /// Considers a record, offered before only where `mayRepeat`. O(1) for almost all, O(log capacity) for one that is kept.
    @inline(__always)
    mutating func offer(_ position: SortPosition, _ row: RowReference) {
        if canEnter(position), !mayRepeat || !holds(id: position.id) { insert(Entry(position: position, row: row)) }
    }

    /// Whether a record is kept already. O(capacity).
    func holds(id: Int64) -> Bool { heap.contains { $0.position.id == id } }

    @inline(never)
    private mutating func insert(_ entry: Entry) {
        if let after, !after.precedes(entry.position) { return }
        if heap.count < capacity {
            heap.append(entry)
            siftUp()
        } else {
            heap[0] = entry
            siftDown()
        }
        if heap.count == capacity {
            hasRoom = false
            threshold = heap[0].position
        }
    }

    private mutating func siftUp() {
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[parent].position.precedes(heap[child].position) else { return }
            heap.swapAt(parent, child)
            child = parent
        }
    }

    private mutating func siftDown() {
        var parent = 0
        while true {
            var worst = parent
            for child in 2 * parent + 1...2 * parent + 2
            where child < heap.count && heap[worst].position.precedes(heap[child].position) { worst = child }
            if worst == parent { return }
            heap.swapAt(parent, worst)
            parent = worst
        }
    }

    /// The kept entries, best first.
    consuming func sorted() -> [Entry] {
        heap.sort { $0.position.precedes($1.position) }
        return heap
    }
}
