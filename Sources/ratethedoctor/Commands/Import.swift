import App
import ArgumentParser
import Doctors

struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Import doctors from a JSON Lines or CSV file.",
        discussion: """
            The file is the truth for the doctors it names, by their id. Every bad row is reported with its line, the good \
            ones are kept, and the exit code is 1 when any was bad.
            """)

    @Argument(help: "A .jsonl or .csv file.")
    var file: String
    @Flag(help: "Print the outcome as JSON.")
    var json = false

    private struct Outcome: Encodable {
        let read: Int
        let imported: Int
        let unchanged: Int
        let bad: Int
    }

    func run() async throws {
        let configuration = try Terminal.configuration()
        let result = try await Maintenance(configuration, logger: Terminal.logger(configuration.logLevel))
            .importDoctors(at: file, report: ImportPrinter.show)
        Terminal.endProgress()
        if json {
            try Terminal.printJSON(
                Outcome(read: result.read, imported: result.imported, unchanged: result.unchanged, bad: result.bad))
        } else {
            print("Read \(result.read): \(result.imported) imported, \(result.unchanged) unchanged, \(result.bad) bad.")
        }
        if result.bad > 0 { throw ExitCode(1) }
    }
}

/// Shows what an import tells while it runs.
enum ImportPrinter {
    @Sendable static func show(_ event: ImportEvent) {
        switch event {
        case .progress(let progress):
            let percent = progress.totalByteCount > 0 ? " (\(progress.byteCount * 100 / progress.totalByteCount) %)" : ""
            Terminal.progress("\(progress.rowCount) rows\(percent)")
        case .badRow(let line, let problems):
            Terminal.endProgress()
            Terminal.complain("line \(line): " + problems.map(\.description).joined(separator: "; "))
        case .warning(let text):
            Terminal.endProgress()
            Terminal.complain("warning: \(text)")
        }
    }
}
