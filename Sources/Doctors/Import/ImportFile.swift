import Foundation

/// A file opened for import.
struct ImportFile {
    let handle: FileHandle
    /// 0 for a pipe.
    let byteCount: Int

    init(path: String) throws(ImportError) {
        do {
            handle = try FileHandle(forReadingFrom: URL(filePath: path))
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            byteCount = (attributes[.size] as? Int) ?? 0
        } catch {
            throw .unreadable(path: path, reason: error.localizedDescription)
        }
    }

    /// Nothing was written, so nothing can be lost by a close that fails.
    func close() { try? handle.close() }
}
