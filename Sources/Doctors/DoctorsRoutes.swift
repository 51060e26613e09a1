import HTTPTypes
import Hummingbird
import Web

/// Paths to handlers.
struct DoctorsRoutes: Sendable {
    let store: DoctorStore
    let dependencies: DoctorsFeature.Dependencies
    let pages: PageRenderer

    func add(to router: Router<AppRequestContext>) {
        router.get("/v1/doctors/:id") { request, context -> Response in
            let profile = try await profile(request, context)
            return .cached(ProfileJSON.write(profile), for: request, secondsFresh: 30)
        }
        router.get("/v1/specialties") { request, _ in try await list(store.specialties(), keyed: "slug", request) }
        router.get("/v1/languages") { request, _ in try await list(store.languages(), keyed: "code", request) }
        router.get("/v1/schemes") { request, _ in try await list(store.schemes(), keyed: "slug", request) }
        router.get("/doctors/:id") { request, context -> Response in
            let profile = try await profile(request, context)
            let freeTimes = try await dependencies.freeTimes(profile.doctorID)
            // The same for everybody, but a time that is shown can be booked.
            return pages.render(
                "doctor", title: profile.displayName, headers: [.cacheControl: "public, no-cache"], model: ProfilePage(profile, freeTimes: freeTimes))
        }
    }

    private func profile(_ request: Request, _ context: AppRequestContext) async throws -> DoctorProfile {
        try RequestParameters(query: request).finish()
        let id = try Self.doctorID(context.parameters.require("id"))
        guard let profile = try await store.profile(doctorID: id) else {
            throw Problem(.notFound, code: "doctors.not_found", title: "No such doctor", detail: "No listed doctor has this id.")
        }
        return profile
    }

    /// - Throws: 400 naming the id unless it is a whole number from 1 that a database id can be.
    static func doctorID(_ text: String) throws(Problem) -> Int64 {
        guard text.wholeMatch(of: /[0-9]+/) != nil else {
            throw .invalidRequest([FieldError("id", code: "wrong_type", detail: "A doctor's id is a whole number.")])
        }
        guard let id = Int64(text), id > 0 else {
            throw .invalidRequest([FieldError("id", code: "out_of_range", detail: "A doctor's id is from 1 to \(Int64.max).")])
        }
        return id
    }

    private func list(_ words: [DoctorProfile.Word], keyed key: StaticString, _ request: Request) throws -> Response {
        try RequestParameters(query: request).finish()
        var json = JSONWriter()
        json.object {
            $0.key("data")
            ProfileJSON.write(words, keyed: key, to: &$0)
            $0.key("next_cursor")
            $0.null()
        }
        return .cached(json, for: request, secondsFresh: 300)
    }
}
