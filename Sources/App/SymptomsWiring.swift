import Doctors
import Logging
import OpenAI
import Places
import Search
import Symptoms
import Triage

extension Configuration {
    /// Rules and knowledge from the data directory, and the model that is set up, if one is.
    public func symptomAssessor(logger: Logger) throws -> SymptomAssessor {
        let triage = try SymptomTriage(
            directory: "\(dataDirectory)/Symptoms", dictionary: dictionary,
            specialties: ReferenceData.specialtySlugs(directory: dataDirectory))
        return SymptomAssessor(triage: triage, model: model(logger: logger))
    }

    private func model(logger: Logger) -> (client: OpenAIClient, name: String)? {
        guard openAIBaseURL != nil || openAIKey != nil else { return nil }
        var configuration = OpenAIConfiguration(model: openAIModel)
        if let openAIBaseURL { configuration.baseURL = openAIBaseURL }
        configuration.apiKey = openAIKey
        configuration.endpoint = openAIDialect == "responses" ? .responses : .chatCompletions
        configuration.deadlineMilliseconds = openAIDeadlineMilliseconds
        configuration.requestsPerDay = openAIRequestsADay
        return (OpenAIClient(configuration: configuration, logger: logger), openAIModel)
    }
}

extension SearchRequest {
    /// The search that answers a wish of the symptom checker.
    init(_ wish: DoctorWish) {
        self.init()
        specialties = wish.specialties
        schemes = wish.filters.schemes
        languages = wish.filters.speaks
        gender = wish.filters.gender
        telehealth = wish.filters.telehealth
        maximumFeeCents = wish.filters.maximumFeeCents
        radiusKilometres = wish.filters.radiusKilometres
        near = wish.near
        place = wish.place
        sort = wish.soonestFirst ? .soonest : nil
        limit = wish.limit
    }
}

extension FacilityDirectory {
    /// Hospitals known to treat emergencies, or clinics and health centres.
    func care(_ wish: CareWish) -> [CarePlace] {
        let query = FacilityQuery(
            coordinate: wish.near, kinds: wish.isEmergency ? [.hospital] : [.clinic, .communityHealthCentre],
            emergencyCare: wish.isEmergency ? true : nil, limit: wish.limit)
        return nearest(query).hits.map {
            CarePlace(
                name: $0.facility.name, category: $0.facility.category, coordinate: $0.facility.coordinate, distanceMetres: $0.distanceMetres)
        }
    }
}
