import Domain
import Web

/// A profile as the API writes it: every name always there, null where nothing is known.
enum ProfileJSON {
    static func write(_ profile: DoctorProfile) -> JSONWriter {
        var json = JSONWriter(capacity: 4096)
        json.object {
            $0.member("id", String(profile.doctorID))
            $0.member("name", profile.displayName)
            $0.member("title", orNull: profile.title)
            $0.member("first_names", orNull: profile.firstNames)
            $0.member("surname", orNull: profile.surname)
            $0.member("gender", orNull: profile.gender)
            $0.member("hpcsa_number", orNull: profile.hpcsaNumber)
            $0.member("verification", profile.verificationState)
            $0.key("specialties")
            write(profile.specialties, keyed: "slug", to: &$0)
            $0.key("sub_specialties")
            $0.array { for name in profile.subSpecialties { $0.string(name) } }
            $0.key("languages")
            write(profile.languages, keyed: "code", to: &$0)
            $0.key("schemes")
            write(profile.schemes, keyed: "slug", to: &$0)
            $0.member("bio", orNull: profile.biography)
            $0.member("practising_since", orNull: profile.practisingSince)
            $0.member("telehealth", profile.offersTelehealth)
            $0.key("rating")
            if let rating = profile.rating { $0.double(rating) } else { $0.null() }
            $0.member("review_count", profile.reviewCount)
            $0.member("sample", profile.isSample)
            $0.key("practices")
            $0.array { for practice in profile.practices { write(practice, to: &$0) } }
            $0.member("updated_at", LocalTime.text(profile.updatedAt))
        }
        return json
    }

    /// A list of `{"slug" or "code": …, "name": …}`.
    static func write(_ words: [DoctorProfile.Word], keyed key: StaticString, to json: inout JSONWriter) {
        json.array {
            for word in words {
                $0.object {
                    $0.member(key, word.slug)
                    $0.member("name", word.name)
                }
            }
        }
    }

    private static func write(_ practice: PracticeProfile, to json: inout JSONWriter) {
        json.object {
            $0.member("id", String(practice.practiceID))
            $0.member("name", orNull: practice.name)
            $0.member("address", orNull: practice.address)
            $0.member("suburb", orNull: practice.suburb)
            $0.member("city", orNull: practice.city)
            $0.member("province", orNull: practice.province)
            $0.member("postal_code", orNull: practice.postalCode)
            $0.key("location")
            write(practice.coordinate, to: &$0)
            $0.key("fees")
            write(practice.fees, to: &$0)
            $0.member("next_available", orNull: practice.nextAvailableAt.map(LocalTime.text))
        }
    }

    private static func write(_ coordinate: Coordinate?, to json: inout JSONWriter) {
        guard let coordinate else { return json.null() }
        json.object {
            $0.key("lat")
            $0.double(coordinate.latitude)
            $0.key("lon")
            $0.double(coordinate.longitude)
        }
    }

    private static func write(_ fees: PracticeProfile.Fees?, to json: inout JSONWriter) {
        guard let fees else { return json.null() }
        json.object {
            $0.money("first_visit", fees.firstVisitCents)
            $0.money("follow_up", fees.followUpCents)
            $0.money("video", fees.videoCents)
        }
    }
}

extension JSONWriter {
    fileprivate mutating func member(_ name: StaticString, orNull text: String?) {
        key(name)
        if let text { string(text) } else { null() }
    }

    fileprivate mutating func member(_ name: StaticString, orNull number: Int?) {
        key(name)
        if let number { int(number) } else { null() }
    }

    fileprivate mutating func money(_ name: StaticString, _ cents: Int?) {
        key(name)
        guard let cents else { return null() }
        object {
            $0.member("amount_cents", cents)
            $0.member("currency", "ZAR")
        }
    }
}
