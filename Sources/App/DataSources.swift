import Web

/// Who has to be named for the committed data; the texts are those of `Data/README.md`.
enum DataSources {
    static let all = [
        SiteInformation.DataSource(
            name: "GeoNames: postal codes with coordinates", licence: "CC BY 4.0", address: "https://www.geonames.org"),
        SiteInformation.DataSource(
            name: "saffer, from the South African Post Office and Statistics South Africa: suburbs and sub-places",
            licence: "MIT", address: "https://github.com/saffer"),
        SiteInformation.DataSource(
            name: "Maina et al. 2019, Scientific Data: public health facilities in sub-Saharan Africa", licence: "CC BY 4.0",
            address: "https://doi.org/10.1038/s41597-019-0142-2"),
        SiteInformation.DataSource(
            name: "DSFSI, University of Pretoria: public hospitals and ambulance stations", licence: "CC BY-SA 4.0",
            address: "https://dsfsi.github.io"),
        SiteInformation.DataSource(
            name: "Council for Medical Schemes: register of medical schemes", licence: "public register",
            address: "https://www.medicalschemes.co.za"),
    ]
}
