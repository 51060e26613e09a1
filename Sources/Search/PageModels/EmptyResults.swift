/// What to say when nobody matches: what could be left out, and how many doctors that would give.
struct EmptyResults {
    struct Relaxation {
        let label: String
        let found: String
        let address: String
    }
    /// `nil` when none of these finds anybody.
    let relaxations: [Relaxation]?

    /// - Parameter count: how many doctors an address finds.
    init(_ address: ResultsAddress, constraints: [Constraint], count: (ResultsAddress) throws -> Int) rethrows {
        let wider = EmptyResults.widerRadiusKilometres
        var ways = constraints.map { ("Leave out: \($0.label)", $0.without) }
        if address.place != nil, address.radiusKilometres ?? 0 < wider {
            ways.append(("Look further, within \(wider) km", address.with { $0.radiusKilometres = wider }))
        }
        let bare = address.withoutFilters
        if !constraints.contains(where: { $0.without == bare }), bare != address.with({ _ in }) {
            ways.append(("Leave out all filters", bare))
        }
        let helpful = try ways.compactMap { label, address in
            let found = try count(address)
            return found == 0 ? nil : Relaxation(label: label, found: PlainWords.doctors(found), address: address.text)
        }
        relaxations = helpful.isEmpty ? nil : helpful
    }

    private static let widerRadiusKilometres = 100
}
