extension Searcher {
    /// The numbers of a hit's document as the columns hold them now. O(1).
    public func signals(of hit: Hit) -> Signals {
        view.segments[hit.row.segment].snapshot.signals.stored(hit.row.row).signals
    }
}
