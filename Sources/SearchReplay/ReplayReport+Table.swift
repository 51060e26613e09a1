import Foundation

extension ReplayReport {
    /// The report for reading: the facts, then a line per class.
    public var table: String {
        let named = facts.map { $0.padding(toLength: 11, withPad: " ", startingAt: 0) + $1 }
        return (named + [""] + lines).joined(separator: "\n") + "\n"
    }

    private var facts: [(String, String)] {
        var facts = [("version", build.version)]
        if let processor = build.processor { facts.append(("processor", processor)) }
        facts += [
            ("documents", "\(build.documents), \(build.terms) terms"),
            ("parse", "\(digits(build.parseSeconds, 2)) s"),
            ("build", "\(digits(build.buildSeconds, 2)) s, \(digits(build.documentsPerSecond, 0)) documents/s"),
            ("index", "\(megabytes(build.indexBytes)), \(digits(build.indexBytesPerDocument, 0)) bytes/document"),
            ("stored", megabytes(build.storedBytes)),
        ]
        if let resident = build.residentBytes { facts.append(("resident", megabytes(resident))) }
        facts += [
            ("rounds", "\(rounds) after a warm-up, one thread; medians of the rounds"),
            ("check", checked ? "every answer equals the exhaustive path's" : "not asked for"),
        ]
        return facts
    }

    private var lines: [String] {
        let titles = ["class", "queries"]
            + ["p50", "p95", "p99", "mean"].map { "cpu \($0)" } + ["p50", "p95", "p99", "mean"].map { "wall \($0)" }
            + ["queries/s", "allocs"]
        let rows = classes.map { figures in
            [figures.name, "\(figures.queries)"] + microseconds(figures.cpu) + microseconds(figures.wall)
                + [digits(figures.queriesPerSecond, 0), figures.allocationsPerQuery.map { digits($0, 1) } ?? "-"]
        }
        return ["Microseconds per query"] + aligned([titles] + rows)
    }

    private func microseconds(_ figures: LatencyFigures) -> [String] {
        [figures.p50, figures.p95, figures.p99, figures.mean].map { digits($0, 1) }
    }

    /// Columns of equal width, the first to the left and numbers to the right.
    private func aligned(_ rows: [[String]]) -> [String] {
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            row.indices.map { column in
                let space = String(repeating: " ", count: widths[column] - row[column].count)
                return column == 0 ? row[column] + space : space + row[column]
            }.joined(separator: "  ")
        }
    }

    private func megabytes(_ bytes: Int) -> String { digits(Double(bytes) / 1e6, 1) + " MB" }

    private func digits(_ value: Double, _ places: Int) -> String { String(format: "%.\(places)f", value) }
}
