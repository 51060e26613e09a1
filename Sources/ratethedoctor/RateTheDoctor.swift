import App
import ArgumentParser
import Foundation

@main
struct RateTheDoctor: AsyncParsableCommand {
    /// Raised with every release.
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "ratethedoctor",
        abstract: "Find the right doctor, and be seen by one.",
        discussion: """
            Settings come from environment variables (RTD_DATABASE_URL, RTD_PORT, …); `tools/run` sets them for a private \
            database. Exit codes: 0 done, 1 failed or some input was bad, 64 wrong usage.
            """,
        version: version,
        subcommands: [
            Serve.self, Migrate.self, Import.self, Seed.self, ReindexCommand.self, SearchCommand.self, Explain.self, Evaluate.self, Bench.self,
            GrantRole.self, RevokeRole.self, DisableAccount.self, EnableAccount.self, RotateFieldKeys.self,
        ])
}
