import Crypto
import HTTPTypes
import Hummingbird

/// Where a request comes from, as a keyed hash: enough to count and to compare, and nothing a log could betray.
public struct ClientAddress: Hashable, Sendable {
    /// 16 bytes; the same for all addresses of one IPv6 /64.
    public let hash: [UInt8]
}

/// Finds the client's address. `X-Forwarded-For` is believed from configured proxies only, and from its end backwards, up to
/// the first address that is none of them: what stands before that, anybody can write.
struct ClientAddressMiddleware: RouterMiddleware {
    let trustedProxies: [AddressRange]
    let key: SymmetricKey

    func handle(
        _ request: Request,
        context: AppRequestContext,
        next: (Request, AppRequestContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        let peer = context.peerAddress.flatMap(IPAddress.init)
        let client = peer.map { self.client($0, request) }
        context.clientAddress = ClientAddress(
            hash: Array(HMAC<SHA256>.authenticationCode(for: client?.limited ?? [], using: key).prefix(16)))
        context.isForwardedHTTPS = peer.map(isTrusted) == true && request.headers[.forwardedProtocol] == "https"
        return try await next(request, context)
    }

    private func client(_ peer: IPAddress, _ request: Request) -> IPAddress {
        guard isTrusted(peer) else { return peer }
        var client = peer
        for hop in (request.headers[.forwardedFor] ?? "").split(separator: ",").reversed() {
            guard let address = IPAddress(hop.trimmingSpaces()) else { break }
            client = address
            if !isTrusted(address) { break }
        }
        return client
    }

    private func isTrusted(_ address: IPAddress) -> Bool { trustedProxies.contains { $0.contains(address) } }
}

/// How clients are told apart.
public struct ClientRecognition: Sendable {
    /// Whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed.
    public let trustedProxies: [AddressRange]
    /// Hashes addresses; the same on all servers behind one address.
    public let key: SymmetricKey

    public init(trustedProxies: [AddressRange], key: SymmetricKey) {
        self.trustedProxies = trustedProxies
        self.key = key
    }
}
