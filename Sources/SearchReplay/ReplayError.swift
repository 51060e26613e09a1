/// Why a replay cannot run or failed its check. The description is meant for the person at the terminal.
public enum ReplayError: Error, Equatable, CustomStringConvertible {
    case unreadable(file: String, reason: String)
    case badLine(file: String, line: Int, reason: String)
    case nothingToRun(file: String, queryClass: String?)
    /// An index numbers its tags in two bytes.
    case tooManyTags(file: String, limit: Int)
    /// The indexed and the exhaustive path disagree.
    case answersDiffer(queryID: String, difference: String)

    public var description: String {
        switch self {
        case .unreadable(let file, let reason): "\(file): \(reason)"
        case .badLine(let file, let line, let reason): "\(file):\(line): \(reason)"
        case .nothingToRun(let file, nil): "\(file): holds no query"
        case .nothingToRun(let file, let queryClass?): "\(file): holds no query of class \(queryClass)"
        case .tooManyTags(let file, let limit):
            "\(file): more than \(limit) different specialties, schemes, languages and genders together"
        case .answersDiffer(let queryID, let difference):
            "query \(queryID): the index and the exhaustive path differ: \(difference)"
        }
    }
}

/// What is wrong with one line; the reader adds file and number.
struct LineProblem: Error {
    let reason: String
}
