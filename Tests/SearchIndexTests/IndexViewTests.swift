import SearchIndex
import Testing

@Suite("Views with changes")
struct IndexViewTests {
    /// A view beside the plain documents it should stand for.
    private struct Model {
        var catalogue: RandomCatalogue
        var records: [Int64: [IndexedDocument]] = [:]
        var view: IndexView
        /// What the base was built from; replaced documents count in the statistics until the merge.
        var base: [IndexedDocument]
        /// What the segments behind the base were built from, the replaced documents still among them.
        var levels: [[(document: IndexedDocument, isCurrent: Bool)]] = []
        var changedSinceBase: Set<Int64> = []

        init(_ catalogue: RandomCatalogue, size: Int) {
            self.catalogue = catalogue
            base = self.catalogue.documents(count: size)
            records = Dictionary(grouping: base, by: \.id)
            view = IndexView(snapshot(of: base))
        }

        var current: [IndexedDocument] { records.sorted { $0.key < $1.key }.flatMap(\.value) }

        var oracle: Oracle {
            Oracle(current, fieldSets: RandomCatalogue.fieldSets, statistics: base + levels.joined().map(\.document))
        }

        /// A change to an old or a new record, or its removal.
        mutating func change() -> IndexChange {
            let known = catalogue.random.chance(0.7) ? records.keys.sorted() : []
            let id = known.isEmpty ? Int64(catalogue.random.int(-50...50)) : catalogue.random.pick(known)
            return IndexChange(
                id: id, documents: (0..<catalogue.random.pick([0, 1, 1, 2])).map { _ in catalogue.document(id: id) })
        }

        /// New signals for some records, all else as it is.
        mutating func signalChanges() -> [IndexChange] {
            records.keys.sorted().filter { _ in catalogue.random.chance(0.3) }.map { id in
                let documents = (records[id] ?? []).map { document in
                    var changed = document
                    changed.signals = catalogue.document(id: id).signals
                    return changed
                }
                return IndexChange(id: id, documents: documents)
            }
        }

        mutating func applyBatch() {
            let changes = (0..<catalogue.random.int(0...12)).map { _ in change() }
            view = view.applying(changes)
            for change in changes {
                records[change.id] = change.documents.isEmpty ? nil : change.documents
                changedSinceBase.insert(change.id)
            }
            let ids = Set(changes.map(\.id))
            for level in levels.indices {
                for place in levels[level].indices where ids.contains(levels[level][place].document.id) {
                    levels[level][place].isCurrent = false
                }
            }
            var level = ids.flatMap { records[$0] ?? [] }.map { (document: $0, isCurrent: true) }
            var rowCount = level.count
            while let last = levels.last, last.count < 4 * rowCount || !last.contains(where: \.isCurrent) {
                rowCount += last.count
                level += last.filter(\.isCurrent)
                levels.removeLast()
            }
            if !level.isEmpty { levels.append(level) }
        }

        /// The view moved to a base of these documents, with what `changedSinceBase` says behind it.
        mutating func move(to view: IndexView, of documents: [IndexedDocument]) {
            (self.view, base) = (view, documents)
            let delta = changedSinceBase.flatMap { records[$0] ?? [] }
            levels = delta.isEmpty ? [] : [delta.map { ($0, true) }]
        }
    }

    private static let shards = 6

    @Test("a view with changes answers as brute force over the current documents", arguments: 0..<shards)
    func changes(shard: Int) throws {
        var model = Model(RandomCatalogue(SeededGenerator("changes", shard: shard)), size: [0, 1, 20, 60][shard % 4])
        for _ in 0..<25 {
            model.applyBatch()
            try check(&model, queries: 8)
            #expect(model.view.documentCount == model.current.count)
            for (id, documents) in model.records {
                try #require(model.view.stored(id: id).count == documents.count)
            }
        }
    }

    @Test("a view differs from exactly the records that are not as it holds them", arguments: 0..<shards)
    func comparison(shard: Int) throws {
        var model = Model(RandomCatalogue(SeededGenerator("comparison", shard: shard)), size: [0, 20, 200][shard % 3])
        for _ in 0..<10 {
            model.applyBatch()
            let (low, high) = (Int64(model.catalogue.random.int(-60...60)), Int64(model.catalogue.random.int(60...10_000)))
            #expect(model.view.recordIDs(in: low...high) == model.records.keys.filter { low <= $0 && $0 <= high }.sorted())
            #expect(model.view.recordIDs(in: .min ... .max) == model.records.keys.sorted())
            for (id, documents) in model.records {
                #expect(!model.view.differs(IndexChange(id: id, documents: documents.reversed())))
                #expect(model.view.differs(IndexChange(id: id, documents: [])))
                #expect(model.view.differs(IndexChange(id: id, documents: documents + documents.prefix(1))))
                var changed = documents
                changed[0].signals.reviewCount += 1
                #expect(model.view.differs(IndexChange(id: id, documents: changed)))
            }
            let change = model.change()
            #expect(!model.view.applying([change]).differs(change))
        }
    }

    @Test("signals changed in place are searched as if indexed anew, with bounds that hold", arguments: 0..<shards)
    func signals(shard: Int) throws {
        var model = Model(RandomCatalogue(SeededGenerator("signals", shard: shard)), size: [1, 40, 300][shard % 3])
        for _ in 0..<10 {
            model.applyBatch()
            let changes = model.signalChanges()
            let rest = model.view.updatingSignals(changes)
            try #require(rest.isEmpty)
            for change in changes { model.records[change.id] = change.documents }
            try check(&model, queries: 20)
            // Other changes are given back, untouched.
            let other = model.change()
            if other.documents.map(\.stored) != (model.records[other.id] ?? []).map(\.stored) {
                try #require(model.view.updatingSignals([other]).map(\.id) == [other.id])
            }
        }
    }

    @Test("signals changed in place while a merge runs are in the base it makes", arguments: 0..<shards)
    func signalsDuringMerge(shard: Int) throws {
        var model = Model(RandomCatalogue(SeededGenerator("signals during merge", shard: shard)), size: [5, 60][shard % 2])
        for _ in 0..<6 {
            model.applyBatch()
            let (base, baseDocuments) = (model.view.merged(), model.current)
            model.changedSinceBase = []
            model.applyBatch()
            let changes = model.signalChanges()
            try #require(model.view.updatingSignals(changes).isEmpty)
            for change in changes { model.records[change.id] = change.documents }
            model.move(
                to: model.view.rebased(onto: base, changedIDs: model.changedSinceBase.union(changes.map(\.id))), of: baseDocuments)
            try requireSame(
                IndexView(model.view.merged()), IndexView(snapshot(of: model.current)), &model.catalogue)
        }
    }

    @Test("applying a batch twice is the same as once, and the last change to a record counts")
    func repeated() throws {
        var model = Model(RandomCatalogue(SeededGenerator("repeated")), size: 40)
        let changes = (0..<30).map { _ in model.change() }
        let once = model.view.applying(changes)
        try requireSame(once, once.applying(changes), &model.catalogue)
        try requireSame(once, model.view.applying(model.catalogue.latest(changes)), &model.catalogue)
    }

    @Test("merged equals a freshly built index", arguments: 0..<shards)
    func merged(shard: Int) throws {
        var model = Model(RandomCatalogue(SeededGenerator("merged", shard: shard)), size: [0, 5, 60][shard % 3])
        for _ in 0..<8 {
            for _ in 0..<model.catalogue.random.int(0...3) { model.applyBatch() }
            let merged = IndexView(model.view.merged())
            try requireSame(merged, IndexView(snapshot(of: model.current)), &model.catalogue)
            if model.catalogue.random.chance(0.5) {
                model.changedSinceBase = []
                model.move(to: merged, of: model.current)
            }
        }
    }

    @Test("an index joined of pieces equals one built at once", arguments: 0..<shards)
    func joined(shard: Int) throws {
        var model = Model(RandomCatalogue(SeededGenerator("joined", shard: shard)), size: [0, 5, 200][shard % 3])
        let pieces = (0..<4).map { piece in snapshot(of: model.current.filter { ($0.id % 4 + 4) % 4 == piece }) }
        try requireSame(IndexView(.joining(pieces)), IndexView(snapshot(of: model.current)), &model.catalogue)
    }

    @Test("changes made while a merge runs survive the move to its base", arguments: 0..<shards)
    func rebased(shard: Int) throws {
        var model = Model(RandomCatalogue(SeededGenerator("rebased", shard: shard)), size: [0, 5, 60][shard % 3])
        for _ in 0..<6 {
            model.applyBatch()
            let (base, baseDocuments) = (model.view.merged(), model.current)
            model.changedSinceBase = []
            // Until the move the view still has its old base; only the oracle of the moved view is asked.
            for _ in 0..<model.catalogue.random.int(0...3) { model.applyBatch() }
            model.move(to: model.view.rebased(onto: base, changedIDs: model.changedSinceBase), of: baseDocuments)
            try check(&model, queries: 15)
            try requireSame(
                IndexView(model.view.merged()), IndexView(snapshot(of: model.current)), &model.catalogue)
        }
    }

    @Test("a reader's view does not change under it")
    func immutable() throws {
        var model = Model(RandomCatalogue(SeededGenerator("immutable")), size: 50)
        let (before, oracle) = (Searcher(model.view), model.oracle)
        for _ in 0..<5 { model.applyBatch() }
        for _ in 0..<50 { _ = try checkAgreement(before, oracle, model.catalogue.query()) }
    }

    private func check(_ model: inout Model, queries: Int) throws {
        let (searcher, oracle) = (Searcher(model.view), model.oracle)
        for _ in 0..<queries {
            var query = model.catalogue.query()
            if model.catalogue.random.chance(0.3) {
                query.after = searcher.search(query).hits.randomElement(using: &model.catalogue.random)?.position
            }
            _ = try checkAgreement(searcher, oracle, query)
        }
    }

    /// The same answers to random queries, to the bit, and the same stored bytes.
    private func requireSame(_ a: IndexView, _ b: IndexView, _ catalogue: inout RandomCatalogue) throws {
        try #require(a.documentCount == b.documentCount)
        for _ in 0..<20 {
            let query = catalogue.query()
            let (resultA, resultB) = (Searcher(a).search(query), Searcher(b).search(query))
            try requireEqual(resultA, resultB, query)
            try #require(resultA.hits.map(Searcher(a).stored) == resultB.hits.map(Searcher(b).stored))
        }
    }
}

extension RandomCatalogue {
    /// Only the last change to each record, in any order.
    fileprivate mutating func latest(_ changes: [IndexChange]) -> [IndexChange] {
        Dictionary(changes.map { ($0.id, $0) }, uniquingKeysWith: { $1 }).values.shuffled(using: &random)
    }
}
