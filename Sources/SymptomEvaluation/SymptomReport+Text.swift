extension SymptomReport {
    /// The report as people read it.
    public func text(showingMisses: Bool) -> String {
        var lines = ["\(rows) rows, data version \(version), median \(SymptomReport.decimals(medianMilliseconds, 2)) ms a row"]
        func add(_ name: String, _ share: Share?) {
            guard let share else { return }
            lines.append("\(name.padded) \(SymptomReport.decimals(share.share, 3))  (\(share.successes) of \(share.trials), 95 % \(SymptomReport.decimals(share.low, 3)) to \(SymptomReport.decimals(share.high, 3)))")
        }
        add("top-1 specialty", top1)
        add("top-3 specialty", top3)
        if let macroF1 { lines.append("\("macro-F1".padded) \(SymptomReport.decimals(macroF1, 3))") }
        if let calibrationError { lines.append("\("calibration error".padded) \(SymptomReport.decimals(calibrationError, 3))") }
        add("general practice first", generalPracticeFirst)
        add("emergency recall", emergencyRecall)
        add("false alarms", falseAlarms)
        if !confusions.isEmpty {
            lines.append("confused most (expected, got):")
            lines += confusions.map { "  \($0.expected), \($0.got): \($0.count)" }
        }
        if showingMisses {
            for miss in misses {
                lines.append("\(miss.kind) \(miss.id): expected \(miss.expected.joined(separator: ", ")); got \(miss.got.joined(separator: ", ")); flags \(miss.flags.joined(separator: "; "))")
                lines.append("  \(miss.text.prefix(400))")
            }
        }
        return lines.joined(separator: "\n")
    }

    private static func decimals(_ number: Double, _ count: Int) -> String {
        let scale = count == 2 ? 100.0 : 1000.0
        let scaled = Int((number * scale).rounded())
        let digits = String(scaled % Int(scale))
        return "\(scaled / Int(scale))." + String(repeating: "0", count: count - digits.count) + digits
    }
}

extension String {
    fileprivate var padded: String { self + String(repeating: " ", count: max(0, 24 - count)) }
}
