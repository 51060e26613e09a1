/// What is still to be looked at, the most promising first.
struct BoundHeap<Item> {
    struct Entry {
        /// No row of the item comes before this position.
        var bound: SortPosition
        var item: Item
    }
    private var entries: [Entry] = []

    init() { entries.reserveCapacity(256) }

    mutating func push(_ entry: Entry) {
        var child = entries.count
        entries.append(entry)
        entries.withUnsafeMutableBufferPointer { heap in
            while child > 0 {
                let parent = (child &- 1) >> 1
                guard entry.bound.precedes(heap[parent].bound) else { break }
                heap[child] = heap[parent]
                child = parent
            }
            heap[child] = entry
        }
    }

    mutating func popBest() -> Entry? {
        guard let last = entries.popLast() else { return nil }
        guard let best = entries.first else { return last }
        entries.withUnsafeMutableBufferPointer { heap in
            var parent = 0
            while true {
                var child = parent << 1 | 1
                guard child < heap.count else { break }
                if child &+ 1 < heap.count, heap[child &+ 1].bound.precedes(heap[child].bound) { child &+= 1 }
                guard heap[child].bound.precedes(last.bound) else { break }
                heap[parent] = heap[child]
                parent = child
            }
            heap[parent] = last
        }
        return best
    }
}
