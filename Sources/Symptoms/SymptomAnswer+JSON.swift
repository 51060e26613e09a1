import Domain
import Triage
import Web

extension SymptomAnswer {
    /// The answer as the contract has it.
    func json(lines all: [HelpLine], terminology: Terminology) -> JSONWriter {
        var json = JSONWriter(capacity: 8_192)
        json.object { json in
            json.member("id", id)
            json.member("urgency", assessment.urgency.name)
            json.member("action", Wording.action(assessment, emergencyNumber: all.emergencyNumber))
            json.key("steps")
            json.array { json in Wording.steps(assessment).forEach { json.string($0) } }
            writeLines(all, to: &json)
            writeCare(to: &json)
            writeFlags(to: &json)
            writeSpecialties(terminology, to: &json)
            writeQuestion(to: &json)
            json.key("doctors")
            if let doctors { doctors.json.withUnsafeBytes { json.raw($0) } } else { json.array { _ in } }
            json.member("understood", assessment.isUnderstood)
            json.member("language", assessment.language)
            writeDecider(to: &json)
            json.key("kept_until")
            if let keptUntil { json.string(LocalTime.text(keptUntil)) } else { json.null() }
            json.member("disclaimer", Wording.disclaimer)
        }
        return json
    }

    private func writeLines(_ all: [HelpLine], to json: inout JSONWriter) {
        json.key("lines")
        json.array { json in
            for line in Wording.lines(for: assessment, from: all) {
                json.object {
                    $0.member("number", line.number)
                    $0.member("name", line.name)
                }
            }
        }
    }

    private func writeCare(to json: inout JSONWriter) {
        json.key("care_nearby")
        json.array { json in
            for place in care {
                json.object { json in
                    json.member("name", place.name)
                    json.member("category", place.category)
                    json.key("location")
                    json.object { json in
                        json.key("lat")
                        json.double(place.coordinate.latitude, decimals: 5)
                        json.key("lon")
                        json.double(place.coordinate.longitude, decimals: 5)
                    }
                    json.member("distance_m", Int(place.distanceMetres.rounded()))
                }
            }
        }
    }

    private func writeFlags(to json: inout JSONWriter) {
        json.key("red_flags")
        json.array { json in
            for flag in assessment.flags {
                json.object { json in
                    json.member("id", flag.id)
                    json.member("version", flag.version)
                    json.member("title", flag.title)
                    json.member("urgency", flag.urgency.name)
                    json.key("path")
                    if let path = flag.path { json.string(path.rawValue) } else { json.null() }
                    json.key("evidence")
                    json.array { json in flag.evidence.forEach { json.string($0) } }
                }
            }
        }
    }

    private func writeSpecialties(_ terminology: Terminology, to json: inout JSONWriter) {
        json.key("specialties")
        json.array { json in
            for ranked in assessment.specialties {
                json.object { json in
                    json.member("specialty", ranked.specialty)
                    json.member("practitioner", terminology.specialty(ranked.specialty)?.practitioner ?? ranked.specialty)
                    json.key("confidence")
                    json.double(ranked.confidence, decimals: 3)
                    json.key("evidence")
                    json.array { json in ranked.evidence.forEach { json.string($0) } }
                }
            }
        }
    }

    private func writeQuestion(to json: inout JSONWriter) {
        json.key("question")
        guard let question else { return json.null() }
        json.object { json in
            json.member("id", question.id)
            json.member("text", question.text)
            json.key("options")
            json.array { json in
                for option in question.options {
                    json.object {
                        $0.member("id", option.id)
                        $0.member("label", option.label)
                    }
                }
            }
        }
    }

    private func writeDecider(to json: inout JSONWriter) {
        json.key("decided_by")
        json.object { json in
            json.member("source", decider.name)
            json.key("model")
            if case .model(let name) = decider { json.string(name) } else { json.null() }
            json.member("data_version", assessment.version)
            json.key("rules")
            json.array { json in assessment.flags.forEach { json.string("\($0.id)@\($0.version)") } }
        }
    }
}

extension [HelpLine] {
    /// The first of all emergency numbers.
    var emergencyNumber: String { first { $0.uses.contains(.emergency) }?.number ?? "112" }
}
