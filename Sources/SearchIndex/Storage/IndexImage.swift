#if canImport(Glibc)
private import Glibc
#endif

/// The memory a snapshot is read from: one aligned run of bytes a section, built here or mapped from a file.
///
/// Sendable: the bytes are never written after `init`, and live as long as this object.
final class IndexImage: @unchecked Sendable {
    private let sections: [UnsafeRawBufferPointer]
    /// Keeps foreign memory alive; `nil` when the sections are this object's own.
    private let owner: AnyObject?

    /// Takes sections in the order of `SnapshotFormat.Section`; without an owner they are freed with this object.
    init(sections: [UnsafeRawBufferPointer], owner: AnyObject?) {
        self.sections = sections
        self.owner = owner
    }

    deinit {
        if owner == nil { sections.forEach { $0.deallocate() } }
    }

    func bytes(_ section: SnapshotFormat.Section) -> UnsafeRawBufferPointer { sections[section.rawValue] }

    /// A section as numbers of `Value`, which must be a fixed-width integer.
    func column<Value: BitwiseCopyable>(_ section: SnapshotFormat.Section, as _: Value.Type = Value.self) -> Column<Value> {
        let values = sections[section.rawValue].bindMemory(to: Value.self)
        guard let base = values.baseAddress else { preconditionFailure("every section has an address") }
        return Column(base: base, count: values.count)
    }
}

/// The sections of a snapshot while it is made.
struct IndexParts {
    private var sections = SnapshotFormat.Section.allCases.map { _ in IndexParts.allocate(byteCount: 0) }

    /// Copies a section's values to their place.
    mutating func set<Value: BitwiseCopyable>(_ section: SnapshotFormat.Section, _ values: [Value]) {
        values.withUnsafeBytes { reserve(section, byteCount: $0.count).copyMemory(from: $0) }
    }

    /// Makes room for a section, for the caller to fill.
    mutating func reserve(_ section: SnapshotFormat.Section, byteCount: Int) -> UnsafeMutableRawBufferPointer {
        sections[section.rawValue].deallocate()
        sections[section.rawValue] = IndexParts.allocate(byteCount: byteCount)
        return sections[section.rawValue]
    }

    /// A section that was set, as numbers of `Value`; valid until it is set again.
    func column<Value: BitwiseCopyable>(_ section: SnapshotFormat.Section, as _: Value.Type) -> Column<Value> {
        let values = UnsafeRawBufferPointer(sections[section.rawValue]).bindMemory(to: Value.self)
        guard let base = values.baseAddress else { preconditionFailure("every section has an address") }
        return Column(base: base, count: values.count)
    }

    /// The finished image; call it once.
    func image() -> IndexImage { IndexImage(sections: sections.map { UnsafeRawBufferPointer($0) }, owner: nil) }

    private static func allocate(byteCount: Int) -> UnsafeMutableRawBufferPointer {
        let isLarge = byteCount >= hugePage
        // Never of zero bytes, so that every section has an address.
        let bytes = UnsafeMutableRawBufferPointer.allocate(
            byteCount: max(byteCount, 1), alignment: isLarge ? hugePage : SnapshotFormat.alignment)
        #if canImport(Glibc)
        // Searches jump about in the sections: with small pages a tenth of their time goes to looking up addresses. Only
        // advice, so a refusal changes nothing.
        if isLarge { _ = madvise(bytes.baseAddress, byteCount & ~(hugePage - 1), MADV_HUGEPAGE) }
        #endif
        return UnsafeMutableRawBufferPointer(rebasing: bytes[..<byteCount])
    }

    private static let hugePage = 2 << 20
}
