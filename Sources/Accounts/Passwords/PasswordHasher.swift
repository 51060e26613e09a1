import NIOPosix
import Synchronization
import Web

/// Hashes and checks passwords on threads made for blocking work, as many at a time as there are processors; callers wait in
/// a queue of bounded length, so that a flood of sign-ins costs neither the event loops nor unbounded memory.
final class PasswordHasher: Sendable {
    enum Outcome: Equatable {
        case wrong
        /// `upgraded` is a new hash to store, where the old one is cheaper than hashes are now.
        case right(upgraded: String?)
    }

    private let cost: ScryptCost
    private let mostWaiting: Int
    private let waiting = Atomic(0)
    /// Checked where nobody has the address, so that the answer takes as long.
    private let nobody: PasswordHash

    init(cost: ScryptCost, mostWaiting: Int = 64) throws {
        self.cost = cost
        self.mostWaiting = mostWaiting
        nobody = try PasswordHash("", cost: cost)
    }

    /// - Throws: 503 while too many wait.
    func hash(_ password: String) async throws -> String {
        try await run { [cost] in try PasswordHash(password, cost: cost).text }
    }

    /// - Parameter stored: nil where there is no password to compare with; costs as much.
    /// - Throws: 503 while too many wait.
    func check(_ password: String, against stored: String?) async throws -> Outcome {
        let known = stored.flatMap(PasswordHash.init(text:))
        return try await run { [cost, nobody] in
            guard try (known ?? nobody).matches(password), let known else { return .wrong }
            return .right(upgraded: known.cost == cost ? nil : try PasswordHash(password, cost: cost).text)
        }
    }

    private func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        defer { waiting.subtract(1, ordering: .relaxed) }
        guard waiting.add(1, ordering: .relaxed).newValue <= mostWaiting else {
            throw Problem.unavailable(retryAfterSeconds: 5, detail: "Many people sign in just now. Try again in a moment.")
        }
        return try await NIOThreadPool.singleton.runIfActive(work)
    }
}
