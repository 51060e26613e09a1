import Synchronization

/// Values in the order concurrent tasks noted them.
final class Recorder<Value: Sendable>: Sendable {
    private let state = Mutex<[Value]>([])

    var values: [Value] { state.withLock { $0 } }

    /// Returns how many there are now.
    @discardableResult
    func note(_ value: Value) -> Int {
        state.withLock {
            $0.append(value)
            return $0.count
        }
    }
}
