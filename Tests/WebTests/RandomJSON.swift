import Foundation

@testable import Web

/// SplitMix64, so that a printed seed repeats a test.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// A new generator whose seed stands in the test's output.
    static func printed(function: String = #function) -> SeededRandom {
        let seed = UInt64.random(in: 0 ... .max)
        print("\(function): seed \(seed)")
        return SeededRandom(seed: seed)
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

extension JSONValue {
    static func random(using random: inout SeededRandom, depth: Int) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &random) {
        case 0: .null
        case 1: .bool(.random(using: &random))
        case 2: .number(String(Int.random(in: -1_000_000...1_000_000, using: &random)))
        case 3: .number(String(Double.random(in: -1e12...1e12, using: &random)))
        case 4: .string(.random(using: &random))
        case 5: .array((0..<Int.random(in: 0...4, using: &random)).map { _ in .random(using: &random, depth: depth - 1) })
        default:
            .object(
                (0..<Int.random(in: 0...4, using: &random)).map { index in
                    Member(name: "\(index)" + .random(using: &random), value: .random(using: &random, depth: depth - 1))
                }
            )
        }
    }

    /// The same value as Foundation read it.
    func equals(_ other: Any) -> Bool {
        switch self {
        case .null: return other is NSNull
        case .bool(let value): return other as? Bool == value
        case .number(let digits): return isNear((other as? NSNumber)?.doubleValue, Double(digits))
        case .string(let text): return (other as? String).map { $0.unicodeScalars.elementsEqual(text.unicodeScalars) } ?? false
        case .array(let elements):
            guard let others = other as? [Any], others.count == elements.count else { return false }
            return zip(elements, others).allSatisfy { $0.equals($1) }
        case .object(let members):
            guard let others = other as? [String: Any], others.count == members.count else { return false }
            return members.allSatisfy { member in others[member.name].map { member.value.equals($0) } ?? false }
        }
    }

    // JSONSerialization on Linux reads long numbers some units in the last place off
    private func isNear(_ read: Double?, _ written: Double?) -> Bool {
        guard let read, let written else { return false }
        return abs(read - written) <= written.magnitude * 1e-14
    }

    /// As JSON with random white space and escapes.
    func written(using random: inout SeededRandom) -> [UInt8] {
        let space = ["", "", " ", "\n\t ", "\r"].randomElement(using: &random) ?? ""
        let content: [UInt8]
        switch self {
        case .null: content = Array("null".utf8)
        case .bool(let value): content = Array("\(value)".utf8)
        case .number(let digits): content = Array(digits.utf8)
        case .string(let text): content = Self.quoted(text, using: &random)
        case .array(let elements):
            content = Array("[".utf8) + Array(elements.map { $0.written(using: &random) }.joined(separator: ",".utf8)) + Array("]".utf8)
        case .object(let members):
            let parts = members.map { Self.quoted($0.name, using: &random) + Array(":".utf8) + $0.value.written(using: &random) }
            content = Array("{".utf8) + Array(parts.joined(separator: ",".utf8)) + Array("}".utf8)
        }
        return Array(space.utf8) + content + Array(space.utf8)
    }

    private static func quoted(_ text: String, using random: inout SeededRandom) -> [UInt8] {
        var written = "\""
        for scalar in text.unicodeScalars {
            let mustEscape = scalar.value < 0x20 || scalar == "\"" || scalar == "\\"
            if mustEscape || UInt8.random(in: 0..<8, using: &random) == 0 {
                for unit in String(scalar).utf16 { written += String(format: "\\u%04x", unit) }
            } else {
                written.unicodeScalars.append(scalar)
            }
        }
        return Array((written + "\"").utf8)
    }
}

extension String {
    static func random(using random: inout SeededRandom) -> String {
        let scalars: [Unicode.Scalar] = ["a", "Z", " ", "\"", "\\", "/", "\n", "\u{1}", "é", "ḓ", "\u{301}", "\u{2028}", "😀", "\u{10FFFF}", "0", "\u{7f}"]
        var view = UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...8, using: &random) { view.append(scalars.randomElement(using: &random) ?? "a") }
        return String(view)
    }
}

extension [UInt8] {
    /// Changes, drops, doubles or inserts one to three bytes; no zero bytes, from which Foundation guesses UTF-16.
    mutating func mutate(using random: inout SeededRandom) {
        let alphabet = Array("{}[],:\"\\u0eE+-.tfn 1/\né".utf8) + [0xFF, 0xED]
        for _ in 0..<Int.random(in: 1...3, using: &random) where !isEmpty {
            let index = Int.random(in: 0..<count, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: self[index] = alphabet.randomElement(using: &random) ?? 0
            case 1: remove(at: index)
            case 2: insert(self[index], at: index)
            default: insert(alphabet.randomElement(using: &random) ?? 0, at: index)
            }
        }
    }
}
