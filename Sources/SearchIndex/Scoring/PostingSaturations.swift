/// Saturated frequencies of a segment's postings under a query's scoring: from the table where it has them, else computed.
/// Both ways give the same bits. Holds no reference; its `SegmentQuery` does.
struct PostingSaturations: BitwiseCopyable {
    private let scoring: Unmanaged<BM25F>
    private let segment: Unmanaged<IndexSnapshot>
    private let table: UnsafePointer<Double>?
    private let frequencies: UnsafePointer<UInt8>
    private let classes: UnsafePointer<UInt8>
    /// By posting.
    private let codes: UnsafePointer<UInt8>
    /// By row: the fields of the set together.
    private let lengths: UnsafePointer<UInt16>

    /// - Parameter table: of the view; `nil` where it has none.
    init(_ segment: IndexSnapshot, _ scoring: BM25F, knownScoring: Int?, table: SaturationTable?) {
        self.scoring = .passUnretained(scoring)
        self.segment = .passUnretained(segment)
        let joint = knownScoring.flatMap { segment.jointFrequencies[$0] }
        codes = segment.postings.narrowCodes.base
        lengths = segment.fieldLengths.joint + scoring.fieldSet * segment.rowCount
        self.table = joint == nil || !segment.postings.isNarrow ? nil : table?.values
        frequencies = joint?.values ?? codes
        classes = joint?.classes ?? codes
    }

    /// Whether most saturations come from the table.
    var hasTable: Bool { table != nil }

    /// A posting's `FrequencyClass`, where there is a table.
    @inline(__always)
    func frequencyClass(posting: Int) -> Int { Int(classes[Int(codes[posting])]) }

    /// A row's length in the table, whose last stands for all from it on.
    @inline(__always)
    func tableLength(row: Int) -> Int { min(Int(lengths[row]), SaturationTable.lengths &- 1) }

    /// What the table holds: NaN where the value has to be computed, or where there is no table.
    func tabled(frequency: Int, length: Int) -> Double {
        table?[SaturationTable.place(UInt8(frequency), length)] ?? .nan
    }

    /// Below 0 where no field of the set holds the term.
    @inline(__always)
    func saturation(posting: Int, row: Int) -> Double {
        guard let table else { return computed(posting, row) }
        let known = table[SaturationTable.place(frequencies[Int(codes[posting])], tableLength(row: row))]
        return known == known ? known : computed(posting, row)
    }

    @inline(never)
    private func computed(_ posting: Int, _ row: Int) -> Double {
        scoring._withUnsafeGuaranteedRef { scoring in
            segment._withUnsafeGuaranteedRef { segment in
                segment.frequency(posting: posting, row: row, scoring: scoring).map(scoring.saturation) ?? -1
            }
        }
    }
}
