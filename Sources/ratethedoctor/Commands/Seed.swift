import App
import ArgumentParser

struct Seed: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Load the committed data: taxonomy, places, facilities and sample doctors.",
        discussion: "Reads RTD_DATA_DIRECTORY. Loading twice changes nothing but past free times of sample doctors, which move on.")

    @Flag(help: "Leave the made-up doctors out.")
    var withoutSampleDoctors = false
    @Flag(help: "Print the outcome as JSON.")
    var json = false

    func run() async throws {
        let configuration = try Terminal.configuration()
        let logger = Terminal.logger(configuration.logLevel)
        let report = try await Maintenance(configuration, logger: logger)
            .seed(withSampleDoctors: !withoutSampleDoctors, report: ImportPrinter.show)
        Terminal.endProgress()
        if json { try Terminal.printJSON(report) } else { print("Seeded; sample doctors imported: \(report.sampleDoctorsImported).") }
        if report.badRows > 0 { throw ExitCode(1) }
    }
}
