/// The best `capacity` entries of a query's total order, found one at a time.
struct TopK<Payload> {
    struct Entry {
        var position: SortPosition
        var payload: Payload
    }
    private let capacity: Int
    private let after: SortPosition?
    /// A binary heap with the worst kept entry on top.
    private var heap: [Entry] = []
    /// Entries behind `after`, kept or not.
    private(set) var offeredCount = 0

    init(capacity: Int, after: SortPosition?) {
        self.capacity = capacity
        self.after = after
        heap.reserveCapacity(min(capacity, 1024))
    }

    /// Considers one entry. O(1) for almost all, O(log capacity) for one that is kept.
    @inline(__always)
    mutating func offer(_ position: SortPosition, _ payload: Payload) {
        if let after, !after.precedes(position) { return }
        offeredCount += 1
        if heap.count == capacity {
            guard let worst = heap.first, position.precedes(worst.position) else { return }
        }
        insert(Entry(position: position, payload: payload))
    }

    @inline(never)
    private mutating func insert(_ entry: Entry) {
        if heap.count < capacity {
            heap.append(entry)
            siftUp()
        } else {
            heap[0] = entry
            siftDown()
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
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < heap.count && heap[worst].position.precedes(heap[child].position) { worst = child }
            if worst == parent { return }
            heap.swapAt(parent, worst)
            parent = worst
        }
    }

    /// The kept entries, best first.
    func sorted() -> [Entry] { heap.sorted { $0.position.precedes($1.position) } }
}
