import Foundation

/// The replay format answered by reading its text and nothing else: Foundation's JSON, every document looked at, no
/// type of the product.
struct NaiveReplay {
    struct Answer {
        var count: Int
        /// Greater keys first, then smaller ids.
        var ranked: [(id: Int, key: Double)]
        var specialties: [String: Int]
        var ratings: [Int]
    }
    private let doctors: [[String: Any]]

    init(_ lines: [String]) throws {
        doctors = try lines.map { try JSONSerialization.jsonObject(with: Data($0.utf8)) as! [String: Any] }
    }

    func answer(_ line: String) throws -> Answer {
        let query = try JSONSerialization.jsonObject(with: Data(line.utf8)) as! [String: Any]
        let matches = doctors.filter { passes($0, query) && matchesText($0, query) }
        let ranked = matches.map { (id: $0["id"] as! Int, key: key($0, query)) }
            .sorted { $0.key != $1.key ? $0.key > $1.key : $0.id < $1.id }
        var specialties: [String: Int] = [:]
        var ratings = [0, 0, 0, 0, 0]
        for doctor in matches {
            for specialty in Set(doctor["specialties"] as? [String] ?? []) { specialties[specialty, default: 0] += 1 }
            if let rating = number(doctor["rating"]) {
                ratings[rating < 2 ? 0 : rating < 3 ? 1 : rating < 4 ? 2 : rating < 4.5 ? 3 : 4] += 1
            }
        }
        return Answer(count: matches.count, ranked: ranked, specialties: specialties, ratings: ratings)
    }

    private func number(_ value: Any?) -> Double? { (value as? NSNumber)?.doubleValue }

    private func passes(_ doctor: [String: Any], _ query: [String: Any]) -> Bool {
        func holds(_ list: String, _ field: String) -> Bool {
            guard let wanted = query[field] as? String else { return true }
            return (doctor[list] as? [String] ?? []).contains(wanted)
        }
        guard holds("specialties", "specialty"), holds("schemes", "scheme"), holds("languages", "language") else { return false }
        if let wanted = query["telehealth"] as? Bool, doctor["telehealth"] as? Bool != wanted { return false }
        if let least = number(query["min_rating"]) {
            guard let rating = number(doctor["rating"]), rating >= least else { return false }
        }
        if let most = number(query["max_fee_cents"]) {
            guard let fee = number(doctor["fee_cents"]), fee <= most else { return false }
        }
        if let before = number(query["available_before"]) {
            guard let slot = number(doctor["next_available"]), slot < before else { return false }
        }
        if let radius = number(query["radius_km"]) {
            guard let kilometres = distance(doctor, query), kilometres <= radius else { return false }
        }
        return true
    }

    /// Kilometres by the haversine formula.
    private func distance(_ doctor: [String: Any], _ query: [String: Any]) -> Double? {
        guard let near = query["near"] as? [NSNumber], let lat = number(doctor["lat"]), let lon = number(doctor["lon"]) else { return nil }
        let (a, b) = (near[0].doubleValue * .pi / 180, lat * .pi / 180)
        let h = pow(sin((b - a) / 2), 2) + cos(a) * cos(b) * pow(sin((lon - near[1].doubleValue) * .pi / 360), 2)
        return 2 * 6371.0088 * atan2(h.squareRoot(), (1 - h).squareRoot())
    }

    // MARK: - Text

    private func split(_ text: String) -> [String] {
        text.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
    }

    private func words(_ doctor: [String: Any], _ query: [String: Any]) -> [String] {
        let fields = query["fields"] as? String == "body"
            ? ["specialties", "practice", "bio"] : ["name", "specialties", "practice", "city", "suburb"]
        return fields.flatMap { field in
            split(doctor[field] as? String ?? (doctor[field] as? [String] ?? []).joined(separator: " "))
        }
    }

    /// By word of the query, which words of documents it stands for.
    private func tests(_ query: [String: Any]) -> [(String) -> Bool] {
        let asked = split(query["text"] as? String ?? "")
        return asked.enumerated().map { place, word in
            switch query["expand"] as? String {
            case "prefix" where place == asked.count - 1: { $0.hasPrefix(word) }
            case "typo" where word.count >= 4: { levenshtein(Array($0), Array(word)) <= 1 }
            default: { $0 == word }
            }
        }
    }

    private func matchesText(_ doctor: [String: Any], _ query: [String: Any]) -> Bool {
        let tests = tests(query)
        let words = words(doctor, query)
        let found = tests.filter { words.contains(where: $0) }.count
        return tests.isEmpty || found == tests.count || (query["match"] as? String == "any" && found > 0)
    }

    /// Of a word's expansions the most frequent one counts.
    private func bm25(_ doctor: [String: Any], _ query: [String: Any]) -> Double {
        let all = doctors.map { words($0, query) }
        let own = words(doctor, query)
        let average = Double(all.map(\.count).reduce(0, +)) / Double(all.count)
        return tests(query).reduce(0) { sum, test in
            let frequency = Double(Dictionary(grouping: own.filter(test)) { $0 }.map(\.value.count).max() ?? 0)
            // The document frequencies of a word's expansions add up.
            let holding = Double(all.reduce(0) { $0 + Set($1.filter(test)).count })
            let idf = log(1 + max(Double(all.count) - holding + 0.5, 0.5) / (holding + 0.5))
            return sum + idf * frequency / (frequency + 1.2 * (0.25 + 0.75 * Double(own.count) / average))
        }
    }

    /// Greater is better; missing values are worst.
    private func key(_ doctor: [String: Any], _ query: [String: Any]) -> Double {
        switch query["sort"] as? String {
        case "text": return tests(query).isEmpty ? 0 : bm25(doctor, query)
        case "distance": return -(distance(doctor, query) ?? .infinity)
        case "soonest": return -(number(doctor["next_available"]) ?? .infinity)
        case "reviews": return number(doctor["review_count"]) ?? 0
        case "blend":
            var key = 0.0
            if let radius = number(query["radius_km"]), let kilometres = distance(doctor, query) {
                key += 0.5 * (1 - kilometres / radius)
            }
            if let rating = number(doctor["rating"]) { key += 0.3 * (rating - 1) / 4 }
            if let slot = number(doctor["next_available"]), let now = number(query["now"]) {
                key += 0.2 * min(max(1 - (slot - now) / 43_200, 0), 1)
            }
            return key
        default: return 0
        }
    }
}

/// Wagner and Fischer's table.
private func levenshtein(_ a: [Character], _ b: [Character]) -> Int {
    var row = Array(0...b.count)
    for i in a.indices {
        var diagonal = row[0]
        row[0] = i + 1
        for j in b.indices {
            let substituted = diagonal + (a[i] == b[j] ? 0 : 1)
            diagonal = row[j + 1]
            row[j + 1] = min(substituted, row[j] + 1, row[j + 1] + 1)
        }
    }
    return row[b.count]
}
