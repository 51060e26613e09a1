/// How many terms the rows' fields hold.
///
/// Sendable: it points into an `IndexImage` that whoever made it holds.
struct FieldLengths: BitwiseCopyable, @unchecked Sendable {
    /// By row, then field.
    let byField: UnsafePointer<UInt16>
    /// By field set, then row: the fields of the set together. Norms of joined fields read nothing else.
    let joint: UnsafePointer<UInt16>
    let rowCount: Int
    let fieldCount: Int

    /// The sums of the sets' lengths, from 65 535 on cut to that.
    static func joint(_ byField: [UInt16], schema: IndexSchema) -> [UInt16] {
        let fieldCount = schema.fields.count
        guard fieldCount > 0 else { return [] }
        var sums: [UInt16] = []
        sums.reserveCapacity(schema.fieldSets.count * byField.count / fieldCount)
        for set in schema.fieldSets {
            let fields = (0..<fieldCount).filter(set.contains)
            for base in stride(from: 0, to: byField.count, by: fieldCount) {
                var sum = 0
                for field in fields { sum &+= Int(byField[base &+ field]) }
                sums.append(UInt16(clamping: sum))
            }
        }
        return sums
    }
}
