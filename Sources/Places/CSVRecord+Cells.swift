import Domain

extension CSVRecord {
    /// A cell that must hold something.
    func text(_ column: String) throws(CSVCellProblem) -> String {
        guard let text = optionalText(column) else { throw CSVCellProblem(reason: "\(column) is empty") }
        return text
    }

    /// A cell that must have this form.
    func text(_ column: String, matching form: Regex<some Any>) throws(CSVCellProblem) -> String {
        let text = try text(column)
        guard (try? form.wholeMatch(in: text)) != nil else {
            throw CSVCellProblem(reason: "\(column) is malformed")
        }
        return text
    }

    /// nil for an empty cell.
    func optionalText(_ column: String) -> String? {
        cells[column].flatMap { $0.allSatisfy(\.isWhitespace) ? nil : $0 }
    }

    /// The parts of a cell that `|` separates; none for an empty cell.
    func list(_ column: String) -> [String] {
        optionalText(column).map { $0.split(separator: "|").map(String.init) } ?? []
    }

    /// A whole number from 0 that fits PostgreSQL's `integer`.
    func count(_ column: String) throws(CSVCellProblem) -> Int {
        guard let number = Int32(try text(column)), number >= 0 else {
            throw CSVCellProblem(reason: "\(column) is not a whole number from 0")
        }
        return Int(number)
    }

    /// From the columns `latitude` and `longitude`.
    func coordinate() throws(CSVCellProblem) -> Coordinate {
        guard let latitude = Double(try text("latitude")), let longitude = Double(try text("longitude")),
            let coordinate = Coordinate(latitude: latitude, longitude: longitude)
        else { throw CSVCellProblem(reason: "latitude and longitude are not a point on Earth") }
        return coordinate
    }

    func value<T: RawRepresentable & CaseIterable>(_ column: String, as: T.Type = T.self) throws(CSVCellProblem) -> T
    where T.RawValue == String {
        guard let value = T(rawValue: try text(column)) else {
            throw CSVCellProblem(reason: "\(column) is none of \(T.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return value
    }
}
