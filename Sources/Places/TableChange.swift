/// What loading a file did to its table.
public struct TableChange: Hashable, Sendable {
    /// Rows inserted or changed.
    public let written: Int
    /// Rows deleted because the file no longer has them.
    public let removed: Int
}
