import App
import ArgumentParser
import Foundation
import Logging

/// What all commands share: settings, the log, and how to speak to a person or a program.
enum Terminal {
    /// The settings; a mistake in them ends the program with all mistakes named.
    static func configuration() throws -> Configuration {
        do { return try Configuration() } catch { throw ValidationError(error.description) }
    }

    /// Structured lines on standard error.
    static func logger(_ level: Logger.Level) -> Logger {
        var logger = Logger(label: "ratethedoctor") { LineLogHandler(label: $0) }
        logger.logLevel = level
        return logger
    }

    /// One line on standard error.
    static func complain(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }

    /// Replaces the progress line on a terminal; says nothing elsewhere.
    static func progress(_ line: String) {
        guard isTerminal else { return }
        FileHandle.standardError.write(Data("\r\u{1B}[K\(line)".utf8))
    }

    /// Ends the progress line.
    static func endProgress() {
        guard isTerminal else { return }
        FileHandle.standardError.write(Data("\r\u{1B}[K".utf8))
    }

    /// A value as JSON on standard output.
    static func printJSON(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        print(String(decoding: try encoder.encode(value), as: UTF8.self))
    }

    private static let isTerminal = isatty(FileHandle.standardError.fileDescriptor) == 1
}
