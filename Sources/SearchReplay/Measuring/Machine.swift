import Foundation

/// What Linux says of the process and its processor.
enum Machine {
    /// Resident bytes of this process, after handing freed memory back; `nil` where there is no /proc.
    static func residentBytes() -> Int? {
        returnFreedMemory()
        return value(of: "VmRSS", in: "/proc/self/status").flatMap { Int($0.prefix { $0.isNumber }) }.map { $0 * 1024 }
    }

    /// Calls glibc's `malloc_trim`, which its Swift module does not declare.
    private static func returnFreedMemory() {
        guard let trim = dlsym(nil, "malloc_trim") else { return }
        _ = unsafeBitCast(trim, to: (@convention(c) (Int) -> Int32).self)(0)
    }

    static func processorModel() -> String? { value(of: "model name", in: "/proc/cpuinfo") }

    private static func value(of key: String, in file: String) -> String? {
        guard let text = try? String(contentsOfFile: file, encoding: .utf8),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix(key) })
        else { return nil }
        return line.split(separator: ":", maxSplits: 1).last?.trimmingCharacters(in: .whitespaces)
    }
}
