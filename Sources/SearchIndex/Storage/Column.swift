/// A section's values, read in place, without bounds check in release builds.
///
/// Sendable: the memory is never written after the image was made, and whoever holds a column holds its `IndexImage`.
struct Column<Value: BitwiseCopyable>: @unchecked Sendable {
    let base: UnsafePointer<Value>
    let count: Int

    @inline(__always)
    subscript(_ place: Int) -> Value {
        assert(place >= 0 && place < count, "outside of the column")
        return base[place]
    }
}
