import Foundation
import Logging
import Synchronization

/// Writes every message as one line on standard error: `time level label: key=value … [source] message`, keys sorted.
///
/// The lines of swift-log's `StreamLogHandler`, without its sorting of all metadata at every change and its look-up of the
/// time zone's file at every line: a fifth of what a short request cost.
struct LineLogHandler: LogHandler {
    var logLevel = Logger.Level.info
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    private let label: String

    init(label: String) { self.label = label }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var metadata = metadata
        if let provided = metadataProvider?.get() { metadata.merge(provided) { $1 } }
        if let given = event.metadata { metadata.merge(given) { $1 } }
        if let error = event.error { metadata["error"] = "\(error)" }
        var line = "\(Self.timestamp()) \(event.level.rawValue) \(label):"
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            line += " "
            line += key
            line += "="
            line += value.description
        }
        line += " [\(event.source)] \(event.message.description)\n"
        line.withUTF8 { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    /// UTC to the second, written anew when the second is another.
    private static func timestamp() -> String {
        let now = time(nil)
        return written.withLock { written in
            if written.second != now { written = (now, Date(timeIntervalSince1970: Double(now)).ISO8601Format()) }
            return written.text
        }
    }

    private static let written = Mutex<(second: time_t, text: String)>((0, ""))
}
