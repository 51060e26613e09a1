import Testing

@testable import Postgres

@Suite("Back-off")
struct BackoffTests {
    @Test("Pauses stay between half the ceiling and the ceiling, which doubles up to its maximum")
    func grows() {
        var backoff = Backoff(firstMilliseconds: 50, maximumMilliseconds: 300)
        for ceiling in [50, 100, 200, 300, 300] {
            let pause = backoff.next()
            #expect(pause >= .milliseconds(ceiling) / 2 && pause <= .milliseconds(ceiling))
        }
    }
}
