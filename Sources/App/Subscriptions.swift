import Booking
import Jobs
import Notifications

extension Wiring {
    /// Who hears which events of other features.
    var subscribers: [Subscriber] { [booking.waitlistOffers, notifications.subscriber] }
}
