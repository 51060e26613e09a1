import Jobs
import Notifications

extension Wiring {
    /// Who hears which events of other features.
    var subscribers: [Subscriber] { [notifications.subscriber] }
}
