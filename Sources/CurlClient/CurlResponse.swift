/// What the server answered; every status, 500 too, is an answer and not an error.
public struct CurlResponse: Sendable {
    /// The HTTP status, 200 to 599.
    public let status: Int
    /// In the order received, names as spelt by the server.
    public let headers: [(name: String, value: String)]
    /// Bytes of the body.
    public let body: [UInt8]

    /// The first header of that name, upper and lower case being equal; nil if there is none.
    public func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}
