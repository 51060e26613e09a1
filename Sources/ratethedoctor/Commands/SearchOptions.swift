import App
import ArgumentParser
import CurlClient
import Foundation

/// A search as typed on the command line; names and meanings are those of `POST /v1/doctors/search`.
struct SearchOptions: ParsableArguments {
    @Argument(help: "Words: a name, a specialty, a place, what hurts.")
    var words: [String] = []
    @Option(help: "Specialty slug; repeat for any of several.")
    var specialty: [String] = []
    @Option(help: "Language code; repeat for any of several.")
    var language: [String] = []
    @Option(help: "Medical scheme slug; repeat for any of several.")
    var scheme: [String] = []
    @Option(help: "female, male or other.")
    var gender: String?
    @Flag(help: "Only doctors who consult by video.")
    var telehealth = false
    @Option(help: "Latitude,longitude in degrees.")
    var near: String?
    @Option(help: "Slug of a place, such as khayelitsha.")
    var place: String?
    @Option(help: "Kilometres around the place.")
    var radiusKm: Double?
    @Option(help: "1 to 5.")
    var minRating: Double?
    @Option(help: "Highest fee in cents.")
    var maxFee: Int?
    @Option(help: "RFC 3339 time.")
    var availableBefore: String?
    @Option(help: "ISO 8601 duration, such as P1D.")
    var availableWithin: String?
    @Option(help: "relevance, distance, rating, fee or soonest.")
    var sort: String?
    @Option(help: "1 to 100.")
    var limit: Int?
    @Option(help: "next_cursor of the page before.")
    var cursor: String?
    @Option(help: "specialty, scheme, language, gender, telehealth or rating; repeat for several.")
    var facets: [String] = []
    @Option(help: "A running server.")
    var server = "http://127.0.0.1:\(ProcessInfo.processInfo.environment["RTD_PORT"] ?? "8080")"
    @Option(help: "Search this file of doctors (JSON Lines) in memory; needs neither server nor database.")
    var catalogue: String?

    /// The request's JSON body.
    func body(explains: Bool) throws -> [UInt8] {
        var members: [String: Any] = ["count": "exact"]
        if !words.isEmpty { members["q"] = words.joined(separator: " ") }
        for (name, list) in [("specialty", specialty), ("language", language), ("scheme", scheme), ("facets", facets)]
        where !list.isEmpty { members[name] = list }
        for (name, text) in [
            ("gender", gender), ("place", place), ("available_before", availableBefore), ("available_within", availableWithin),
            ("sort", sort), ("cursor", cursor),
        ] { members[name] = text }
        if telehealth { members["telehealth"] = true }
        members["radius_km"] = radiusKm
        members["min_rating"] = minRating
        members["max_fee"] = maxFee
        members["limit"] = limit
        if explains { members["explain"] = true }
        if let near {
            let degrees = near.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
            guard degrees.count == 2, let latitude = degrees[0], let longitude = degrees[1] else {
                throw ValidationError("--near must be latitude,longitude in degrees, like -26.107,28.056")
            }
            members["near"] = ["lat": latitude, "lon": longitude]
        }
        guard JSONSerialization.isValidJSONObject(members) else { throw ValidationError("numbers must be finite") }
        return Array(try JSONSerialization.data(withJSONObject: members))
    }

    /// The answer's JSON, from the server or from the catalogue.
    /// - Throws: one line that says what is wrong.
    func answer(explains: Bool) async throws -> [UInt8] {
        let body = try body(explains: explains)
        if let catalogue {
            let configuration = try Terminal.configuration()
            return try CatalogueSearch(
                file: catalogue, dataDirectory: configuration.dataDirectory, onBadRow: { Terminal.complain($0) }
            ).answer(body)
        }
        let response = try await CurlClient().send(
            CurlRequest(
                method: "POST", url: server + "/v1/doctors/search", headers: [("Content-Type", "application/json")],
                body: body, deadlineMilliseconds: 30_000))
        guard response.status == 200 else {
            let problem = try? JSONDecoder().decode(ProblemAnswer.self, from: Data(response.body))
            throw SearchRefused(description: problem?.detail ?? problem?.title ?? "the server answered \(response.status)")
        }
        return response.body
    }

    private struct ProblemAnswer: Decodable {
        let title: String?
        let detail: String?
    }
}
