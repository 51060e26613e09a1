import Crypto
import HTTPTypes
import Hummingbird
import NIOCore

/// A file that every page uses, embedded in the program and served for a year under a name that changes with its content.
struct SiteAsset: Sendable {
    /// The address, with the first 64 bits of the content's SHA-256 in it.
    let path: String
    let contentType: String
    let bytes: ByteBuffer
    private let entityTag: String

    init(name: String, fileExtension: String, contentType: String, bytes: [UInt8]) {
        let digest = SHA256.hash(data: bytes).prefix(8)
        let hash = digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        path = "/assets/\(name)-\(hash).\(fileExtension)"
        entityTag = "\"\(hash)\""
        self.contentType = contentType
        self.bytes = ByteBuffer(bytes: bytes)
    }

    static let stylesheet = SiteAsset(
        name: "site", fileExtension: "css", contentType: "text/css; charset=utf-8", bytes: PackageResources.site_css)
    static let script = SiteAsset(
        name: "site", fileExtension: "js", contentType: "text/javascript; charset=utf-8", bytes: PackageResources.site_js)
    static let icon = SiteAsset(
        name: "icon", fileExtension: "svg", contentType: "image/svg+xml", bytes: PackageResources.icon_svg)
    static let all = [stylesheet, script, icon]

    /// The file, or 304 if the caller has it.
    func response(to request: Request) -> Response {
        var headers: HTTPFields = [
            .cacheControl: "public, max-age=31536000, immutable",
            .eTag: entityTag,
        ]
        let known = request.headers[.ifNoneMatch] ?? ""
        guard !known.contains(entityTag), known != "*" else { return Response(status: .notModified, headers: headers) }
        headers[.contentType] = contentType
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: bytes))
    }
}
