/// A run of geohash codes that an area touches.
struct CoverRange: Sendable {
    var codes: ClosedRange<UInt64>
    /// Every point in the run lies in the area, so no point needs the exact test.
    var isInside: Bool
}

/// The geohash cells of mixed sizes that together cover an area: sorted runs of codes, neighbours joined.
enum GeohashCover {
    /// Splits the globe from the top. Cells wholly inside stay whole, cells on the border are split until
    /// `maximumCells` are in hand or they are too small to matter. Cost O(`maximumCells`).
    static func ranges(of area: AreaTest, maximumCells: Int = 64) -> [CoverRange] {
        var done: [CoverRange] = []
        var border = [GeohashCell.world]
        while !border.isEmpty, done.count + border.count < maximumCells, border[0].bitCount < smallestCellBits {
            var next: [GeohashCell] = []
            for cell in border {
                let halves = cell.halves()
                for half in [halves.0, halves.1] {
                    switch area.relation(to: half) {
                    case .outside: continue
                    case .inside: done.append(CoverRange(codes: half.codes, isInside: true))
                    case .partly: next.append(half)
                    }
                }
            }
            border = next
        }
        done += border.map { CoverRange(codes: $0.codes, isInside: false) }
        return joined(done.sorted { $0.codes.lowerBound < $1.codes.lowerBound })
    }

    /// 40 bits: cells of about 38 × 19 m at the equator.
    private static let smallestCellBits = 40

    private static func joined(_ sorted: [CoverRange]) -> [CoverRange] {
        sorted.reduce(into: []) { ranges, range in
            guard let last = ranges.last, last.isInside == range.isInside,
                last.codes.upperBound + 1 == range.codes.lowerBound
            else { return ranges.append(range) }
            ranges[ranges.count - 1].codes = last.codes.lowerBound...range.codes.upperBound
        }
    }
}
