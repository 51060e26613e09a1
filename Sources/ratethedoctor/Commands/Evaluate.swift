import App
import ArgumentParser
import SymptomEvaluation
import Symptoms

struct Evaluate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure how good answers are, on anybody's file.", subcommands: [EvaluateSymptoms.self])
}

struct EvaluateSymptoms: AsyncParsableCommand {
    enum Mode: String, ExpressibleByArgument, CaseIterable { case offline, model }

    static let configuration = CommandConfiguration(
        commandName: "symptoms",
        abstract: "Compare the symptom checker's answers with the right ones.",
        discussion: """
            The file has one JSON object a line: id, text (or complaint), and optionally age, sex, acceptable (specialty slugs, best \
            first), urgency (emergency, same-day, routine, self-care) or level (1 to 5, as emergency departments use it; 1 and 2 are \
            emergencies, 4 and 5 are not). Reads RTD_DATA_DIRECTORY; needs no database.
            """)

    @Option(help: "JSON Lines.")
    var file: String
    @Option(help: "offline, or model: the model that RTD_OPENAI_… set up is asked as well.")
    var mode = Mode.offline
    @Flag(help: "Show every miss.")
    var misses = false
    @Flag(help: "Print the report as JSON.")
    var json = false

    func run() async throws {
        let configuration = try Terminal.configuration()
        let assessor = try configuration.symptomAssessor(logger: Terminal.logger(configuration.logLevel))
        if mode == .model, !assessor.hasModel { throw ValidationError("no model is set up: RTD_OPENAI_BASE_URL or RTD_OPENAI_API_KEY is needed") }
        let cases = try EvaluationCase.read(file)
        let report = await SymptomEvaluator.evaluate(cases, progress: { Terminal.progress("\($0) of \(cases.count)") }) { row in
            await assessor.assess(row.text, facts: row.facts, mayAskModel: { mode == .model }).assessment
        }
        Terminal.endProgress()
        if json { try Terminal.printJSON(report) } else { print(report.text(showingMisses: misses)) }
    }
}
