extension Searcher {
    /// The numbers of a hit's document as the columns hold them now. O(1).
    public func signals(of hit: Hit) -> Signals {
        let columns = view.segments[hit.row.segment].snapshot.columns
        let row = hit.row.row
        let (fee, slot) = (columns.feesCents[row], columns.nextAvailableMinutes[row])
        return Signals(
            rating: columns.ratings[row] == 0 ? nil : columns.rating(row), reviewCount: Int(columns.reviewCounts[row]),
            quality: Double(columns.qualities[row]) / Double(UInt16.max), feeCents: fee == Columns.noFee ? nil : Int(fee),
            nextAvailableMinute: slot == Columns.noSlot ? nil : Int(slot))
    }
}
