import SearchIndex
import TextAnalysis

/// How catalogues and queries of the replay format are put to the engine.
struct ReplaySchema: Sendable {
    static let ratingEdges = [2.0, 3, 4, 4.5]
    static let specialty = 0

    private static let (name, specialtyWords, practice, bio, suburb, city) = (0, 1, 2, 3, 4, 5)
    private static let (identity, body) = (0, 1)
    private static let (scheme, language, gender, telehealth) = (1, 2, 3, 4)

    static let indexSchema = IndexSchema(
        fields: ["name", "specialty", "practice", "bio", "suburb", "city"],
        fieldSets: [
            FieldSet(name: "identity", fields: [name, specialtyWords, practice, city, suburb]),
            FieldSet(name: "body", fields: [specialtyWords, practice, bio]),
        ],
        tagDimensions: ["specialty", "scheme", "language", "gender", "telehealth"],
        scorings: [.bm25(fieldSet: identity), .bm25(fieldSet: body)])

    private let analyser = TextAnalyser()

    /// Builds the index of a catalogue. O(words of the catalogue).
    func index(_ catalogue: Catalogue, progress: ReplayProgress = .silent) -> IndexSnapshot {
        var builder = IndexBuilder(schema: ReplaySchema.indexSchema)
        for (place, doctor) in catalogue.doctors.enumerated() {
            builder.add(document(doctor, number: catalogue.numbers[place]))
            if place % 10_000 == 0 { progress.show("building: \(place) of \(catalogue.doctors.count) documents") }
        }
        progress.show("building: sorting \(catalogue.doctors.count) documents")
        return builder.build()
    }

    private func document(_ doctor: CatalogueDoctor, number: Int64) -> IndexedDocument {
        let specialties = doctor.specialties.joined(separator: " ").replacing("-", with: " ")
        return IndexedDocument(
            id: number,
            fields: [doctor.name, specialties, doctor.practice, doctor.bio, doctor.suburb, doctor.city].map(terms),
            tags: ReplaySchema.tags(of: doctor), location: doctor.location,
            signals: Signals(
                rating: doctor.rating, reviewCount: doctor.reviewCount, feeCents: doctor.feeCents,
                nextAvailableMinute: doctor.nextAvailableMinute))
    }

    static func tags(of doctor: CatalogueDoctor) -> [Tag] {
        var tags = doctor.specialties.map { Tag(dimension: specialty, value: $0) }
        tags += doctor.schemes.map { Tag(dimension: scheme, value: $0) }
        tags += doctor.languages.map { Tag(dimension: language, value: $0) }
        if let value = doctor.gender { tags.append(Tag(dimension: gender, value: value)) }
        if let value = doctor.telehealth { tags.append(Tag(dimension: telehealth, value: "\(value)")) }
        return tags
    }

    private func terms(_ text: String) -> TermList {
        let analysed = analyser.analyse(text)
        return TermList(bytes: analysed.bytes, ends: analysed.ends)
    }

    /// The engine's query for a logged one.
    /// - Parameter countsMatches: also asks for the exact number of matches.
    func query(_ logged: LoggedQuery, countsMatches: Bool) -> Query {
        let text = textQuery(logged)
        return Query(
            text: text, filter: filter(logged), order: order(logged, hasText: text != nil), limit: logged.limit,
            countsMatches: countsMatches,
            tagFacets: logged.facets.contains(.specialty) ? [ReplaySchema.specialty] : [],
            ratingFacetEdges: logged.facets.contains(.rating) ? ReplaySchema.ratingEdges : [])
    }

    /// `nil` for text without a word, which is like no text.
    private func textQuery(_ logged: LoggedQuery) -> TextQuery? {
        guard let text = logged.text else { return nil }
        let analysed = analyser.analyse(text)
        guard analysed.count > 0 else { return nil }
        let words = (0..<analysed.count).map { place in
            let word = analysed.token(place)
            return QueryWord(word, expansion: expansion(logged.expand, of: word, isLast: place == analysed.count - 1))
        }
        return TextQuery(
            words: words, match: logged.match == .all ? .all : .any,
            scoring: .bm25(fieldSet: logged.fields == .identity ? ReplaySchema.identity : ReplaySchema.body))
    }

    private func expansion(_ expand: LoggedQuery.Expansion, of word: String, isLast: Bool) -> QueryWord.Expansion {
        switch expand {
        case .none: .none
        case .prefix: isLast ? .prefix : .none
        case .typo: word.unicodeScalars.count >= 4 ? .oneEdit : .none
        }
    }

    private func filter(_ logged: LoggedQuery) -> Filter {
        var filter = Filter()
        if let value = logged.specialty { filter.tags.append([Tag(dimension: ReplaySchema.specialty, value: value)]) }
        if let value = logged.scheme { filter.tags.append([Tag(dimension: ReplaySchema.scheme, value: value)]) }
        if let value = logged.language { filter.tags.append([Tag(dimension: ReplaySchema.language, value: value)]) }
        if let value = logged.telehealth {
            filter.tags.append([Tag(dimension: ReplaySchema.telehealth, value: "\(value)")])
        }
        if let near = logged.near, let radius = logged.radiusMetres {
            filter.area = .circle(centre: near, radiusMetres: radius)
        }
        // Ratings start at 1; asking for less still asks for a rating.
        filter.minimumRating = logged.minimumRating.map { max($0, 1) }
        filter.maximumFeeCents = logged.maximumFeeCents
        filter.availableBeforeMinute = logged.availableBeforeMinute
        return filter
    }

    private func order(_ logged: LoggedQuery, hasText: Bool) -> Order {
        switch logged.sort {
        case .text: hasText ? .text : .id
        case .blend: .blend(blend(logged))
        case .distance: logged.near.map { .distance(from: $0) } ?? .id
        case .soonest: .soonest(fromMinute: .min)
        case .reviews: .reviews
        case .none: .id
        }
    }

    private func blend(_ logged: LoggedQuery) -> Blend {
        var parts: [Blend.Part] = []
        if let near = logged.near, let radius = logged.radiusMetres {
            parts.append(Blend.Part("distance", weight: 0.5, .linearDistance(from: near, radiusMetres: radius)))
        }
        parts.append(Blend.Part("rating", weight: 0.3, .rating))
        if let now = logged.nowMinute {
            let availability = Blend.Component.availability(nowMinute: now, horizonMinutes: 43_200, countsPast: true)
            parts.append(Blend.Part("availability", weight: 0.2, availability))
        }
        return Blend(parts)
    }
}
