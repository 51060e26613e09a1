import App
import ArgumentParser
import Foundation

struct SearchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Search for doctors, on a running server or in a file.")

    @OptionGroup var options: SearchOptions
    @Flag(help: "Print the answer's JSON as it is.")
    var json = false

    func run() async throws {
        let answer = try await options.answer(explains: false)
        if json { return print(String(decoding: answer, as: UTF8.self)) }
        let page = try SearchAnswer(answer)
        for (position, doctor) in page.data.enumerated() { print(doctor.line(position + 1)) }
        print("\(page.count ?? page.data.count) found" + (page.nextCursor.map { "; next page: --cursor \($0)" } ?? ""))
    }
}

struct Explain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Search, and show how every result's score came about.")

    @OptionGroup var options: SearchOptions
    @Flag(help: "Print the answer's JSON as it is.")
    var json = false

    func run() async throws {
        let answer = try await options.answer(explains: true)
        if json { return print(String(decoding: answer, as: UTF8.self)) }
        for (position, doctor) in try SearchAnswer(answer).data.enumerated() {
            print(doctor.line(position + 1))
            for line in doctor.explanation?.lines ?? [] { print("      " + line) }
        }
    }
}

/// The parts of a search answer that the command line prints.
struct SearchAnswer: Decodable {
    struct Doctor: Decodable {
        struct Named: Decodable { let name: String }
        struct Practice: Decodable { let suburb: String?, city: String? }
        struct Fee: Decodable { let amountCents: Int }
        struct Rating: Decodable { let average: Double, count: Int }
        let id: String
        let name: String
        let specialties: [Named]
        let practice: Practice?
        let fee: Fee?
        let rating: Rating?
        let distanceM: Int?
        let explanation: Explanation?

        func line(_ position: Int) -> String {
            let place = [practice?.suburb, practice?.city].compactMap { $0 }.joined(separator: ", ")
            let parts: [String?] = [
                "\(position). \(name) (\(id))", specialties.first?.name, place.isEmpty ? nil : place,
                distanceM.map { String(format: "%.1f km", Double($0) / 1000) },
                fee.map { String(format: "R%.2f", Double($0.amountCents) / 100) },
                rating.map { "\($0.average) of 5 from \($0.count)" },
            ]
            return parts.compactMap { $0 }.joined(separator: " · ")
        }
    }
    struct Explanation: Decodable {
        struct Component: Decodable { let name: String, weight: Double, value: Double, contribution: Double }
        struct Word: Decodable { let word: String, idf: Double, frequency: Double, score: Double }
        let sort: String
        let value: Double?
        let components: [Component]
        let words: [Word]

        var lines: [String] {
            ["\(sort): \(value.map { String(format: "%.6f", $0) } ?? "none")"]
                + components.map { part in
                    String(format: "%.2f × %.4f = %.4f  ", part.weight, part.value, part.contribution) + part.name
                }
                + words.map { word in
                    String(format: "idf %.3f, frequency %.3f, score %.4f  ", word.idf, word.frequency, word.score) + word.word
                }
        }
    }
    let data: [Doctor]
    let nextCursor: String?
    let count: Int?

    init(_ json: [UInt8]) throws {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        self = try decoder.decode(SearchAnswer.self, from: Data(json))
    }
}
