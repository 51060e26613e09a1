import Foundation

/// Where the benchmark says what it is doing.
public struct ReplayProgress: Sendable {
    private let write: @Sendable (String) -> Void

    /// Shows one state, replacing the one before.
    func show(_ state: String) { write(state) }

    public static let silent = ReplayProgress { _ in }

    /// One line on standard error that is overwritten, if that is a terminal; else nothing.
    public static func terminal() -> ReplayProgress {
        guard isatty(STDERR_FILENO) == 1 else { return silent }
        return ReplayProgress { FileHandle.standardError.write(Data("\r\u{1B}[K\($0)".utf8)) }
    }
}
