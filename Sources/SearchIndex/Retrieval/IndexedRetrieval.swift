/// Visits only rows that the index says can match: runs of the geohash cover, cut with postings or with tag sets.
enum IndexedRetrieval {
    /// A run of rows that may match; `isInside` means that the area needs no further test there.
    struct Run {
        var rows: Range<Int>
        var isInside: Bool
    }

    static func forEachMatch(_ query: SegmentQuery, _ body: (_ row: Int, _ textScore: Double) -> Void) {
        let runs = runs(query)
        guard let text = query.query.text, !text.words.isEmpty else { return forEachTagged(query, runs, body) }
        switch text.match {
        case .all: forEachWithAllWords(query, runs, body)
        case .any: forEachWithAnyWord(query, runs, body)
        }
    }

    /// The rows of the area's cover, ascending. O(cells · log rows).
    static func runs(_ query: SegmentQuery) -> [Run] {
        guard let area = query.area else { return [Run(rows: 0..<query.snapshot.rowCount, isInside: true)] }
        let columns = query.snapshot.columns
        return GeohashCover.ranges(of: area).compactMap { range in
            let first = columns.firstRow(notBelow: range.codes.lowerBound)
            let end =
                range.codes.upperBound == .max
                ? columns.locatedCount : columns.firstRow(notBelow: range.codes.upperBound + 1)
            return first < end ? Run(rows: first..<end, isInside: range.isInside) : nil
        }
    }

    /// No words: 64 rows at a time, all tag sets and deletions cut in one go.
    private static func forEachTagged(_ query: SegmentQuery, _ runs: [Run], _ body: (Int, Double) -> Void) {
        for run in runs {
            forEachRowOfWords(
                in: run.rows,
                word: { index in query.tagSets.reduce(~query.segment.deleted.words[index]) { $0 & $1.words[index] } },
                { row in
                    if query.numbersMatch(row), run.isInside || query.areaContains(row) { body(row, 0) }
                })
        }
    }

    @inline(__always)
    private static func filtersMatch(_ query: SegmentQuery, _ row: Int, _ run: Run) -> Bool {
        !query.segment.deleted.contains(row) && query.tagSets.allSatisfy { $0.contains(row) }
            && query.numbersMatch(row) && (run.isInside || query.areaContains(row))
    }

    /// Leapfrog: the rarest word proposes a row, the others gallop to it.
    private static func forEachWithAllWords(_ query: SegmentQuery, _ runs: [Run], _ body: (Int, Double) -> Void) {
        guard let scoring = query.scoring else { return }
        let rarestFirst = query.words.indices.sorted { query.words[$0].documentFrequency < query.words[$1].documentFrequency }
        var cursors = query.words.map(\.start)
        for run in runs {
            var wanted = UInt32(run.rows.lowerBound)
            nextRow: while true {
                for i in rarestFirst {
                    guard let at = query.words[i].seek(wanted, from: cursors[i]) else { return }
                    cursors[i] = at
                    let row = query.words[i].row(at: at)
                    if row != wanted {
                        wanted = row
                        if Int(row) >= run.rows.upperBound { break nextRow }
                        if i != rarestFirst[0] { continue nextRow }
                    }
                }
                if Int(wanted) >= run.rows.upperBound { break }
                if filtersMatch(query, Int(wanted), run) {
                    var sum = 0.0
                    for i in query.words.indices {
                        let frequency = query.words[i].frequency(at: cursors[i], segment: query.snapshot, scoring: scoring)
                        sum += scoring.score(frequency: frequency, idf: query.idfs[i])
                    }
                    body(Int(wanted), sum)
                }
                wanted += 1
            }
        }
    }

    /// Union: always the smallest row any word stands at.
    private static func forEachWithAnyWord(_ query: SegmentQuery, _ runs: [Run], _ body: (Int, Double) -> Void) {
        guard let scoring = query.scoring else { return }
        // A position per word; nil when its postings are used up.
        var cursors: [Int?] = query.words.map(\.start)
        for run in runs {
            for i in cursors.indices {
                cursors[i] = cursors[i].flatMap { query.words[i].seek(UInt32(run.rows.lowerBound), from: $0) }
            }
            while let row = cursors.indices.compactMap({ i in cursors[i].map { query.words[i].row(at: $0) } }).min(),
                Int(row) < run.rows.upperBound
            {
                let wanted = filtersMatch(query, Int(row), run)
                var sum = 0.0
                for i in cursors.indices {
                    guard let at = cursors[i], query.words[i].row(at: at) == row else { continue }
                    if wanted {
                        let frequency = query.words[i].frequency(at: at, segment: query.snapshot, scoring: scoring)
                        sum += scoring.score(frequency: frequency, idf: query.idfs[i])
                    }
                    cursors[i] = query.words[i].seek(row + 1, from: at)
                }
                if wanted { body(Int(row), sum) }
            }
        }
    }
}
