/// A data file that cannot be loaded, with every line that is wrong.
public struct PlacesFileError: Error, Hashable, CustomStringConvertible {
    public struct Problem: Hashable, Sendable {
        /// 1 is the header.
        public let line: Int
        /// What is wrong, as the end of a sentence about the line.
        public let reason: String
    }
    /// The file's name, without folder.
    public let file: String
    public let problems: [Problem]

    public var description: String {
        problems.map { "\(file), line \($0.line): \($0.reason)" }.joined(separator: "\n")
    }
}
