import Domain
import Foundation

extension DoctorRules {
    static let provinces = [
        "Eastern Cape", "Free State", "Gauteng", "KwaZulu-Natal", "Limpopo", "Mpumalanga",
        "North West", "Northern Cape", "Western Cape",
    ]
    /// R100 000.
    static let highestFeeCents = 10_000_000
    /// Two years.
    private static let furthestAvailableMinutes = 1_051_200

    func practices(_ line: ImportLine, doctor: ImportedDoctor.Facts, _ check: inout RowCheck) -> [ImportedPractice] {
        var rows = line.practice.isEmpty ? [] : [("", line.practice)]
        for (index, row) in (line.doctor.more_practices ?? []).enumerated() {
            rows.append(("more_practices[\(index)].", row))
        }
        if rows.count > Self.mostItems { check.refuse("more_practices", "has more than \(Self.mostItems - 1) entries") }
        var practices: [ImportedPractice] = []
        for (prefix, row) in rows {
            check.prefix = prefix
            let practice = practice(row, doctor: doctor, &check)
            if practices.contains(where: { $0.facts.external_id == practice.facts.external_id }) {
                check.refuse("practice_id", "names a practice this doctor has already")
            }
            practices.append(practice)
        }
        check.prefix = ""
        return practices
    }

    private func practice(_ row: PracticeRow, doctor: ImportedDoctor.Facts, _ check: inout RowCheck) -> ImportedPractice {
        var facts = ImportedPractice.Facts(
            external_id: "",
            name: check.line(row.practice, "practice", longest: 200),
            address: check.text(row.address, "address", longest: 300),
            suburb: check.line(row.suburb, "suburb", longest: 120),
            city: check.line(row.city, "city", longest: 120),
            province: check.word(row.province, "province", of: Self.provinces),
            postal_code: postalCode(row.postal_code, &check),
            latitude: check.number(row.lat, "lat", in: -90...90),
            longitude: check.number(row.lon, "lon", in: -180...180)
        )
        if (row.lat == nil) != (row.lon == nil) { check.refuse(row.lat == nil ? "lat" : "lon", "is missing") }
        facts.external_id = check.line(row.practice_id?.text, "practice_id", longest: 200) ?? Self.derivedID(facts, doctor: doctor)
        return ImportedPractice(
            facts: facts,
            shows_fees: row.shows_fees ?? true,
            next_available_at: nextAvailable(row, &check),
            fees: fees(row, &check)
        )
    }

    /// Rows that name no practice id share a practice when its name, suburb, city and position are the same.
    /// A practice without name is its doctor's own.
    private static func derivedID(_ facts: ImportedPractice.Facts, doctor: ImportedDoctor.Facts) -> String {
        let position = facts.latitude.map { "\($0) \(facts.longitude ?? 0)" }
        let parts = [facts.name ?? "of \(doctor.external_id)", facts.suburb, facts.city, position]
        return "~ " + parts.map { ($0 ?? "-").lowercased() }.joined(separator: " / ")
    }

    private func postalCode(_ text: String?, _ check: inout RowCheck) -> String? {
        guard let text = check.line(text, "postal_code", longest: 20) else { return nil }
        if text.utf8.count != 4 || !text.utf8.allSatisfy(Self.isDigit) { check.refuse("postal_code", "must be four digits") }
        return text
    }

    private func nextAvailable(_ row: PracticeRow, _ check: inout RowCheck) -> Date? {
        if row.next_available != nil, row.next_available_in_minutes != nil {
            check.refuse("next_available_in_minutes", "and next_available exclude each other")
        }
        let years2000To2100 = 15_778_080...68_374_080
        if let minutes = check.number(row.next_available?.value, "next_available", in: years2000To2100) {
            return Date(timeIntervalSince1970: Double(minutes) * 60)
        }
        let ahead = check.number(
            row.next_available_in_minutes?.value, "next_available_in_minutes", in: 0...Self.furthestAvailableMinutes)
        // From midnight, so that made-up times lie in the hours of practices whenever the file is imported.
        let midnight = LocalTime.startOfDay(now, addingDays: 0)
        return ahead.map { midnight.addingTimeInterval(Double($0) * 60) }
    }

    private func fees(_ row: PracticeRow, _ check: inout RowCheck) -> [String: Int] {
        if let first = row.fees?.first_visit?.value, let fee = row.fee_cents?.value, first != fee {
            check.refuse("fee_cents", "differs from fees.first_visit")
        }
        let amounts = [
            ("first_visit", row.fees?.first_visit == nil ? "fee_cents" : "fees.first_visit", row.fees?.first_visit ?? row.fee_cents),
            ("follow_up", "fees.follow_up", row.fees?.follow_up),
            ("video", "fees.video", row.fees?.video),
        ]
        var fees: [String: Int] = [:]
        for (kind, field, cents) in amounts {
            fees[kind] = check.number(cents?.value, field, in: 0...Self.highestFeeCents)
        }
        return fees
    }
}

extension PracticeRow {
    /// True when the line says nothing about a practice.
    var isEmpty: Bool {
        practice_id == nil && practice == nil && address == nil && suburb == nil && city == nil && province == nil
            && postal_code == nil && lat == nil && lon == nil && fee_cents == nil && fees == nil && shows_fees == nil
            && next_available == nil && next_available_in_minutes == nil
    }
}
