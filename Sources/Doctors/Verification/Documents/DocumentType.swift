import Postgres

/// What evidence may be. The name a sender gives a file proves nothing; its first bytes do.
enum DocumentType: String, CaseIterable, Sendable, PostgresCodable {
    case pdf = "application/pdf"
    case jpeg = "image/jpeg"
    case png = "image/png"

    /// 10 MB, as the store counts.
    static let mostBytes = 10_485_760
    /// How many bytes tell the types apart.
    static let signatureLength = 8

    /// The type of a file by its first bytes; nil for any other.
    init?(firstBytes bytes: some Sequence<UInt8>) {
        let bytes = Array(bytes.prefix(Self.signatureLength))
        guard let type = Self.allCases.first(where: { bytes.starts(with: $0.signature) }) else { return nil }
        self = type
    }

    var fileExtension: String {
        switch self {
        case .pdf: "pdf"
        case .jpeg: "jpg"
        case .png: "png"
        }
    }

    private var signature: [UInt8] {
        switch self {
        case .pdf: Array("%PDF-".utf8)
        case .jpeg: [0xFF, 0xD8, 0xFF]
        case .png: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        }
    }
}
