/// Many patterns, found in one pass over a text.
///
/// A pattern is looked for where its rarest item stands, so that common words cost nothing.
struct PatternSet: Sendable {
    /// Where a pattern was found.
    struct Match: Sendable, Hashable {
        /// What the pattern stands for, as `add` was told.
        let owner: Int32
        /// The tokens that are the pattern's, rising.
        let tokens: [Int32]
        var range: ClosedRange<Int> { Int(tokens[0])...Int(tokens[tokens.count - 1]) }
    }
    /// A class, so that handing one on counts one reference and not those of its arrays.
    private final class Entry: Sendable {
        let owner: Int32
        /// Item numbers.
        let items: [Int32]
        let optional: [Bool]
        let gaps: [Int]
        let window: Int?
        /// The item it is looked for at.
        let anchor: Int

        init(_ pattern: Pattern, items: [Int32], owner: Int32, anchor: Int) {
            self.owner = owner
            self.items = items
            optional = pattern.items.map(\.isOptional)
            gaps = pattern.gaps
            window = pattern.window
            self.anchor = anchor
        }
    }
    private var patterns: [(pattern: Pattern, items: [Int32], owner: Int32)] = []
    private var itemNumbers: [Pattern.Item: Int32] = [:]
    private var itemsOfStem: [[Int32]] = []
    private var itemsOfPrefix: [Int32: [Int32]] = [:]
    /// Patterns by the item they are looked for at.
    private var entriesAtItem: [[Entry]] = []
    private var uses: [Int] = []

    mutating func add(_ pattern: Pattern, owner: Int32) {
        let items = pattern.items.map { item in
            var bare = item
            bare.isOptional = false
            return number(of: bare)
        }
        for item in Set(items) { uses[Int(item)] += 1 }
        patterns.append((pattern, items, owner))
    }

    private mutating func number(of item: Pattern.Item) -> Int32 {
        if let known = itemNumbers[item] { return known }
        let number = Int32(itemNumbers.count)
        itemNumbers[item] = number
        uses.append(0)
        for stem in item.stems {
            while itemsOfStem.count <= Int(stem) { itemsOfStem.append([]) }
            itemsOfStem[Int(stem)].append(number)
        }
        for prefix in item.prefixes { itemsOfPrefix[prefix, default: []].append(number) }
        return number
    }

    /// Call after the last `add`.
    mutating func finish() {
        entriesAtItem = Array(repeating: [], count: itemNumbers.count)
        for (pattern, items, owner) in patterns {
            let rarest = items.indices.filter { !pattern.items[$0].isOptional }.min { uses[Int(items[$0])] < uses[Int(items[$1])] } ?? 0
            entriesAtItem[Int(items[rarest])].append(Entry(pattern, items: items, owner: owner, anchor: rarest))
        }
        patterns = []
    }

    /// Every place where a pattern stands. O(tokens · patterns that share their rarest word · their items).
    func matches(in text: PatientText) -> [Match] {
        let tokenItems = text.tokens.map(items)
        var found: Set<Match> = []
        for (position, items) in tokenItems.enumerated() {
            for item in items {
                for entry in entriesAtItem[Int(item)] {
                    let tokens = entry.window == nil
                        ? ordered(entry, at: position, text, tokenItems) : unordered(entry, at: position, text, tokenItems)
                    if let tokens { found.insert(Match(owner: entry.owner, tokens: tokens.map(Int32.init))) }
                }
            }
        }
        return found.sorted { ($0.tokens[0], $0.owner, $0.tokens.count) < ($1.tokens[0], $1.owner, $1.tokens.count) }
    }

    private func items(_ token: PatientText.Token) -> [Int32] {
        var items: [Int32] = []
        if let stem = token.stem, Int(stem) < itemsOfStem.count { items = itemsOfStem[Int(stem)] }
        for prefix in token.prefixes {
            for item in itemsOfPrefix[prefix] ?? [] where !items.contains(item) { items.append(item) }
        }
        return items
    }

    private func ordered(_ entry: Entry, at position: Int, _ text: PatientText, _ tokenItems: [[Int32]]) -> [Int]? {
        var failed: Set<Int> = []
        guard let after = rest(entry, entry.anchor + 1, from: position, 1, gap: 0, text, tokenItems, &failed),
            let before = rest(entry, entry.anchor - 1, from: position, -1, gap: 0, text, tokenItems, &failed)
        else { return nil }
        return before.reversed() + [position] + after
    }

    /// More fillers than this between two words are no sentence.
    private static let mostFillers = 8

    /// The positions of the items from one on, nearest first; a nearer place is given up where the items behind it need another.
    /// What failed once is not tried again, so that no text costs more than O(items · tokens).
    private func rest(
        _ entry: Entry, _ item: Int, from: Int, _ direction: Int, gap: Int, _ text: PatientText, _ tokenItems: [[Int32]], _ failed: inout Set<Int>
    ) -> [Int]? {
        guard entry.items.indices.contains(item) else { return [] }
        let gap = max(gap, entry.gaps[direction > 0 ? item : item + 1])
        let state = (from * entry.items.count + item) * (Pattern.ellipsisWords + 1) + gap
        if failed.contains(state) { return nil }
        var others = 0
        var position = from + direction
        while others <= gap, abs(position - from) <= gap + Self.mostFillers, text.tokens.indices.contains(position), text.tokens[position].sentence == text.tokens[from].sentence {
            if tokenItems[position].contains(entry.items[item]),
                let behind = rest(entry, item + direction, from: position, direction, gap: 0, text, tokenItems, &failed)
            {
                return [position] + behind
            }
            if !text.tokens[position].isFiller { others += 1 }
            position += direction
        }
        if entry.optional[item], let behind = rest(entry, item + direction, from: from, direction, gap: gap, text, tokenItems, &failed) {
            return behind
        }
        failed.insert(state)
        return nil
    }

    private func nearest(
        _ item: Int32, from: Int, _ direction: Int, otherWords: Int, _ text: PatientText, _ tokenItems: [[Int32]]
    ) -> Int? {
        var others = 0
        var position = from + direction
        while abs(position - from) <= otherWords + Self.mostFillers, text.tokens.indices.contains(position),
            text.tokens[position].sentence == text.tokens[from].sentence
        {
            if tokenItems[position].contains(item) { return position }
            if !text.tokens[position].isFiller { others += 1 }
            if others > otherWords { return nil }
            position += direction
        }
        return nil
    }

    private func unordered(_ entry: Entry, at position: Int, _ text: PatientText, _ tokenItems: [[Int32]]) -> [Int]? {
        let window = entry.window ?? 0
        var partial = [[position]]
        for (index, item) in entry.items.enumerated() where index != entry.anchor {
            var next: [[Int]] = []
            for direction in [1, -1] {
                for tokens in partial {
                    var from = position
                    while let found = nearest(item, from: from, direction, otherWords: window + entry.items.count, text, tokenItems) {
                        if !tokens.contains(found) {
                            next.append(tokens + [found])
                            break
                        }
                        from = found
                    }
                }
            }
            if next.isEmpty {
                if entry.optional[index] { continue }
                return nil
            }
            partial = next
        }
        let fitting = partial.map { $0.sorted() }.filter { tokens in
            let span = tokens[0]...tokens[tokens.count - 1]
            return span.count { !tokens.contains($0) && !text.tokens[$0].isFiller } <= window
        }
        return fitting.min { ($0[$0.count - 1] - $0[0]) < ($1[$1.count - 1] - $1[0]) }
    }
}
