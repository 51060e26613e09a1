import Booking
import Jobs

extension Wiring {
    /// Who hears which events of other features.
    var subscribers: [Subscriber] { [booking.waitlistOffers] }
}
