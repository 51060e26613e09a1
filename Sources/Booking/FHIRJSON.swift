import Domain
import Foundation
import Web

extension JSONWriter {
    mutating func outcome(_ code: String, _ detail: String) {
        object {
            $0.member("resourceType", "OperationOutcome")
            $0.key("issue")
            $0.array { $0.object { json in
                json.member("severity", "error")
                json.member("code", code)
                json.member("diagnostics", detail)
            } }
        }
    }

    mutating func practitioner(_ id: Int64, _ doctor: BookableDoctor) {
        object {
            $0.member("resourceType", "Practitioner")
            $0.member("id", String(id))
            $0.member("active", doctor.isVerified)
            $0.key("name")
            $0.array { $0.object { $0.member("text", doctor.name) } }
            $0.key("address")
            $0.array { json in
                for practice in doctor.practices where !practice.address.isEmpty {
                    json.object {
                        $0.member("use", "work")
                        $0.member("text", "\(practice.name), \(practice.address)")
                    }
                }
                if doctor.practices.allSatisfy(\.address.isEmpty) { json.object { $0.member("country", "ZA") } }
            }
        }
    }

    mutating func fhirSchedule(_ schedule: Schedule, _ doctor: BookableDoctor, until: LocalDay) {
        object {
            $0.member("resourceType", "Schedule")
            $0.member("id", schedule.fhirID)
            $0.member("active", schedule.rules.acceptsBookings && doctor.isVerified)
            $0.key("actor")
            $0.array { $0.reference("Practitioner/\(schedule.doctorID)", doctor.name) }
            $0.key("planningHorizon")
            $0.object {
                $0.member("start", LocalTime.text(LocalDay(Date()).start))
                $0.member("end", LocalTime.text((until + 1).start))
            }
        }
    }

    mutating func fhirSlot(_ slot: Slot, _ schedule: Schedule) {
        object {
            $0.member("resourceType", "Slot")
            $0.member("id", "\(schedule.fhirID)-\(slot.kind.rawValue.replacing("_", with: "."))-\(Clock.address(slot.startsAt).filter(\.isNumber))")
            $0.key("serviceType")
            $0.array { $0.object { $0.member("text", Wording.name(slot.kind)) } }
            $0.key("schedule")
            $0.reference("Schedule/\(schedule.fhirID)", nil)
            $0.member("status", "free")
            $0.member("start", LocalTime.text(slot.startsAt))
            $0.member("end", LocalTime.text(slot.endsAt))
        }
    }

    mutating func fhirAppointment(_ appointment: Appointment) {
        object {
            $0.member("resourceType", "Appointment")
            $0.member("id", appointment.id.text)
            $0.key("meta")
            $0.object { $0.member("versionId", String(appointment.version)) }
            $0.member("status", appointment.state.fhirCode)
            $0.key("serviceType")
            $0.array { $0.object { $0.member("text", Wording.name(appointment.kind)) } }
            $0.member("start", LocalTime.text(appointment.startsAt))
            $0.member("end", LocalTime.text(appointment.endsAt))
            $0.key("participant")
            $0.array { json in
                json.participant("Practitioner/\(appointment.doctorID)", appointment.state.isLive ? "accepted" : "declined")
                json.participant("Patient/\(appointment.personID.text)", "accepted")
            }
        }
    }

    private mutating func participant(_ actor: String, _ status: String) {
        object {
            $0.key("actor")
            $0.reference(actor, nil)
            $0.member("required", "required")
            $0.member("status", status)
        }
    }

    private mutating func reference(_ reference: String, _ display: String?) {
        object {
            $0.member("reference", reference)
            if let display { $0.member("display", display) }
        }
    }
}

extension Schedule {
    fileprivate var fhirID: String { "\(doctorID)-\(practiceID)" }
}

extension Appointment.State {
    /// Of http://hl7.org/fhir/appointmentstatus.
    fileprivate var fhirCode: String {
        switch self {
        case .held, .pendingPayment: "proposed"
        case .pendingApproval: "pending"
        case .confirmed: "booked"
        case .checkedIn: "checked-in"
        case .completed: "fulfilled"
        case .noShow: "noshow"
        case .cancelled, .expired: "cancelled"
        }
    }
}

/// What this server can do, as FHIR asks for it.
enum FHIRCapabilities {
    static func write(_ json: inout JSONWriter) {
        json.object {
            $0.member("resourceType", "CapabilityStatement")
            $0.member("status", "active")
            $0.member("date", "2026-11-26")
            $0.member("kind", "instance")
            $0.key("software")
            $0.object { $0.member("name", "RateTheDoctor") }
            $0.key("implementation")
            $0.object { $0.member("description", "Doctors, free times and appointments, read only") }
            $0.member("fhirVersion", "4.0.1")
            $0.key("format")
            $0.array { $0.string("application/fhir+json") }
            $0.key("rest")
            $0.array { $0.object { json in
                json.member("mode", "server")
                json.key("resource")
                json.array { json in
                    json.capability("Practitioner", ["read"], [])
                    json.capability("Schedule", ["read", "search-type"], [("actor", "reference")])
                    json.capability("Slot", ["search-type"], [("schedule", "reference"), ("start", "date"), ("status", "token")])
                    json.capability("Appointment", ["read", "search-type"], [])
                }
            } }
        }
    }
}

extension JSONWriter {
    fileprivate mutating func capability(_ type: String, _ interactions: [String], _ parameters: [(name: String, type: String)]) {
        object {
            $0.member("type", type)
            $0.key("interaction")
            $0.array { json in for interaction in interactions { json.object { $0.member("code", interaction) } } }
            guard !parameters.isEmpty else { return }
            $0.key("searchParam")
            $0.array { json in
                for parameter in parameters {
                    json.object {
                        $0.member("name", parameter.name)
                        $0.member("type", parameter.type)
                    }
                }
            }
        }
    }
}
