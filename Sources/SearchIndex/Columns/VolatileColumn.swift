import Synchronization

/// A number that is read and written whole. The library declares atomic access type by type, so each says it once.
protocol VolatileValue: AtomicRepresentable, BitwiseCopyable, Sendable {
    static func load(_ place: UnsafeMutablePointer<Atomic<Self>>) -> Self
    static func store(_ value: Self, to place: UnsafeMutablePointer<Atomic<Self>>)
}

extension UInt16: VolatileValue {
    @inline(__always)
    static func load(_ place: UnsafeMutablePointer<Atomic<UInt16>>) -> UInt16 { place.pointee.load(ordering: .relaxed) }

    @inline(__always)
    static func store(_ value: UInt16, to place: UnsafeMutablePointer<Atomic<UInt16>>) {
        place.pointee.store(value, ordering: .releasing)
    }
}

extension UInt32: VolatileValue {
    @inline(__always)
    static func load(_ place: UnsafeMutablePointer<Atomic<UInt32>>) -> UInt32 { place.pointee.load(ordering: .relaxed) }

    @inline(__always)
    static func store(_ value: UInt32, to place: UnsafeMutablePointer<Atomic<UInt32>>) {
        place.pointee.store(value, ordering: .releasing)
    }
}

extension UInt64: VolatileValue {
    @inline(__always)
    static func load(_ place: UnsafeMutablePointer<Atomic<UInt64>>) -> UInt64 { place.pointee.load(ordering: .relaxed) }

    @inline(__always)
    static func store(_ value: UInt64, to place: UnsafeMutablePointer<Atomic<UInt64>>) {
        place.pointee.store(value, ordering: .releasing)
    }
}

extension Int32: VolatileValue {
    @inline(__always)
    static func load(_ place: UnsafeMutablePointer<Atomic<Int32>>) -> Int32 { place.pointee.load(ordering: .relaxed) }

    @inline(__always)
    static func store(_ value: Int32, to place: UnsafeMutablePointer<Atomic<Int32>>) {
        place.pointee.store(value, ordering: .releasing)
    }
}

/// Fixed-width values that one writer changes in place while any number of readers read them, each read and written whole.
///
/// Sendable: all access goes through atomics; whoever holds a column holds the object that made and frees it.
struct VolatileColumn<Value: VolatileValue>: @unchecked Sendable {
    private let base: UnsafeMutablePointer<Atomic<Value>>
    let count: Int

    init(_ values: Column<Value>) {
        base = .allocate(capacity: max(values.count, 1))
        count = values.count
        for place in 0..<count { (base + place).initialize(to: Atomic(values[place])) }
    }

    init(repeating value: Value, count: Int) {
        base = .allocate(capacity: max(count, 1))
        self.count = count
        for place in 0..<count { (base + place).initialize(to: Atomic(value)) }
    }

    func deallocate() { base.deallocate() }

    @inline(__always)
    subscript(_ place: Int) -> Value {
        assert(place >= 0 && place < count, "outside of the column")
        return Value.load(base + place)
    }

    @inline(__always)
    func store(_ value: Value, at place: Int) { Value.store(value, to: base + place) }
}
