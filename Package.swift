// swift-tools-version:6.2
import PackageDescription

// A boundary is a build target: what a module may use stands here and nowhere else.
// Read from the bottom layer (C doors, pure modules) up to the one program.

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

// Processors since about 2015: vectors of 32 bytes and counting of bits, which the index lives on.
#if arch(x86_64)
let hotCode = strict + [.unsafeFlags(["-Xcc", "-march=x86-64-v3"])]
#else
let hotCode = strict
#endif

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let coreMetrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let metricsTestKit = Target.Dependency.product(name: "MetricsTestKit", package: "swift-metrics")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let swiftCSV = Target.Dependency.product(name: "SwiftCSV", package: "SwiftCSV")
let serviceLifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")

let package = Package(
    name: "RateTheDoctor",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "ratethedoctor", targets: ["ratethedoctor"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftcsv/SwiftCSV", from: "0.10.0"),
    ],
    targets: [
        // 5 the program
        .executableTarget(
            name: "ratethedoctor",
            dependencies: ["App", "CAllocationCounter", "CurlClient", "Doctors", "Search", "SearchReplay", "SymptomEvaluation", "Symptoms", argumentParser, logging],
            swiftSettings: strict
        ),

        // 4 wiring
        .target(
            name: "App",
            dependencies: [
                "Accounts", "Audit", "Booking", "CContract", "Doctors", "Domain", "Idempotency", "Jobs", "Notifications", "OpenAI", "Places", "Postgres", "Search", "Symptoms", "TextAnalysis", "Triage", "Web",
                coreMetrics, crypto, hummingbird, logging, metrics, nioCore, serviceLifecycle, unixSignals,
            ],
            swiftSettings: strict
        ),

        // 3 features: one target each, top to bottom; they never import each other
        .target(
            name: "Search",
            dependencies: [
                "Domain", "Postgres", "SearchIndex", "TextAnalysis", "Web",
                httpTypes, hummingbird, logging, metrics, nioCore, serviceLifecycle,
            ],
            resources: [.embedInCode("Migrations"), .embedInCode("Pages")],
            swiftSettings: strict
        ),
        .target(
            name: "Doctors",
            dependencies: [
                "CurlClient", "Domain", "Idempotency", "Jobs", "Postgres", "Web", crypto, httpTypes, hummingbird, logging, nioCore, serviceLifecycle,
            ],
            resources: [.embedInCode("Migrations"), .embedInCode("Pages")],
            swiftSettings: strict
        ),
        .target(
            name: "Places",
            dependencies: ["Domain", "Postgres", "SearchIndex", "TextAnalysis", "Web", httpTypes, hummingbird, logging, swiftCSV],
            resources: [.embedInCode("Migrations")],
            swiftSettings: strict
        ),

        .target(
            name: "Booking",
            dependencies: [
                "Domain", "Idempotency", "Jobs", "Postgres", "Web", crypto, httpTypes, hummingbird, logging, nioCore, serviceLifecycle,
            ],
            resources: [.embedInCode("Migrations"), .embedInCode("Pages")],
            swiftSettings: strict
        ),
        .target(
            name: "Symptoms",
            dependencies: [
                "Domain", "Jobs", "OpenAI", "Postgres", "Triage", "Web", httpTypes, hummingbird, logging, metrics, nioCore, serviceLifecycle,
            ],
            resources: [.embedInCode("Migrations"), .embedInCode("Pages")],
            swiftSettings: strict
        ),

        .target(
            name: "Notifications",
            dependencies: [
                "CurlClient", "Domain", "Jobs", "Postgres", "Web", crypto, cryptoExtras, httpTypes, hummingbird, logging, metrics, mustache, nioCore,
                serviceLifecycle,
            ],
            resources: [.embedInCode("Migrations"), .embedInCode("Pages"), .embedInCode("Texts")],
            swiftSettings: strict
        ),
        .target(
            name: "Accounts",
            dependencies: [
                "Audit", "CurlClient", "Domain", "Postgres", "Web", crypto, cryptoExtras, httpTypes, hummingbird, logging, nioCore, nioPosix, serviceLifecycle,
            ],
            resources: [.embedInCode("Migrations"), .embedInCode("Pages")],
            swiftSettings: strict
        ),

        .target(name: "SymptomEvaluation", dependencies: ["Triage"], swiftSettings: strict),
        .target(name: "SearchReplay", dependencies: ["SearchIndex", "TextAnalysis"], swiftSettings: strict),

        // 2 pure, over the index and the word splitter: a person's words -> urgency and specialties
        .target(name: "Triage", dependencies: ["SearchIndex", "TextAnalysis"], swiftSettings: strict),

        // 2 the append-only record that every feature may write to
        .target(name: "Audit", dependencies: ["Postgres"], resources: [.embedInCode("Migrations")], swiftSettings: strict),

        // 2 one outside world each
        .target(
            name: "Postgres",
            dependencies: ["CLibPQ", logging, metrics, nioPosix, serviceLifecycle],
            swiftSettings: strict
        ),
        .target(
            name: "Jobs",
            dependencies: ["Postgres", logging, metrics, serviceLifecycle],
            resources: [.embedInCode("Migrations")],
            swiftSettings: strict
        ),
        .target(
            name: "Idempotency",
            dependencies: ["Postgres", "Web", crypto, httpTypes, hummingbird, nioCore],
            resources: [.embedInCode("Migrations")],
            swiftSettings: strict
        ),
        .target(name: "TextAnalysis", dependencies: ["CICU"], swiftSettings: strict),
        .target(name: "CurlClient", dependencies: ["CCurl"], swiftSettings: strict),
        .target(name: "OpenAI", dependencies: ["CurlClient", logging, metrics], swiftSettings: strict),
        .target(
            name: "Web",
            dependencies: [
                coreMetrics, crypto, httpTypes, hummingbird, hummingbirdCore, logging, mustache, nioCore, nioHTTP1, nioPosix,
                serviceLifecycle,
            ],
            resources: [.embedInCode("Pages"), .embedInCode("Assets")],
            swiftSettings: strict
        ),

        // 1 pure Swift, no dependencies
        .target(name: "SearchIndex", swiftSettings: hotCode),
        .target(name: "Domain", swiftSettings: strict),

        // 0 doors to C libraries: shims, no logic
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .target(name: "CAllocationCounter"),
        .target(name: "CContract", exclude: ["openapi.json"]),
        .target(name: "CICU", linkerSettings: [.linkedLibrary("icuuc"), .linkedLibrary("icui18n")]),
        .target(name: "CCurl", linkerSettings: [.linkedLibrary("curl")]),

        // tests: <Target>Tests need no network and no database; IntegrationTests use the real PostgreSQL
        .testTarget(name: "SearchIndexTests", dependencies: ["SearchIndex"], swiftSettings: strict),
        .executableTarget(
            name: "search-allocations", dependencies: ["CAllocationCounter", "SearchReplay"], path: "Tests/SearchAllocations",
            swiftSettings: strict
        ),
        .testTarget(name: "SearchReplayTests", dependencies: ["SearchReplay", "SearchIndex"], swiftSettings: strict),
        .testTarget(name: "TriageTests", dependencies: ["SymptomEvaluation", "Triage"], swiftSettings: strict),
        .testTarget(name: "SymptomEvaluationTests", dependencies: ["SymptomEvaluation", "Triage"], swiftSettings: strict),
        .testTarget(name: "SymptomsTests", dependencies: ["OpenAI", "Symptoms", "Triage", "Web"], swiftSettings: strict),
        .testTarget(name: "DomainTests", dependencies: ["Domain"], swiftSettings: strict),
        .testTarget(name: "BookingTests", dependencies: ["Booking", "Domain"], swiftSettings: strict),
        .testTarget(name: "JobsTests", dependencies: ["Jobs", logging], swiftSettings: strict),
        .testTarget(name: "NotificationsTests", dependencies: ["CurlClient", "Notifications"], swiftSettings: strict),
        .testTarget(name: "PostgresTests", dependencies: ["Postgres"], swiftSettings: strict),
        .testTarget(name: "TextAnalysisTests", dependencies: ["TextAnalysis"], swiftSettings: strict),
        .testTarget(name: "CurlClientTests", dependencies: ["CurlClient"], swiftSettings: strict),
        .testTarget(name: "OpenAITests", dependencies: ["CurlClient", "OpenAI", logging, metricsTestKit], swiftSettings: strict),
        .testTarget(
            name: "WebTests",
            dependencies: ["Web", coreMetrics, crypto, httpTypes, hummingbird, logging, nioCore, nioHTTP1, serviceLifecycle],
            swiftSettings: strict
        ),
        .testTarget(
            name: "AccountsTests", dependencies: ["Accounts", "CurlClient", "Web", crypto, cryptoExtras, logging, nioPosix], swiftSettings: strict
        ),
        .testTarget(
            name: "AppTests", dependencies: ["App", "Postgres", "Web", coreMetrics, httpTypes, hummingbird, logging, nioCore], swiftSettings: strict
        ),
        .testTarget(name: "DoctorsTests", dependencies: ["Doctors", "Domain", "Web", crypto], swiftSettings: strict),
        .testTarget(
            name: "PlacesTests",
            dependencies: ["Domain", "Places", "SearchIndex", "TextAnalysis", "Web", httpTypes, hummingbird, logging, nioCore],
            swiftSettings: strict
        ),
        .testTarget(name: "SearchTests", dependencies: ["Domain", "Search", "SearchIndex", "TextAnalysis", "Web"], swiftSettings: strict),
        .testTarget(
            name: "IntegrationTests",
            dependencies: [
                "Accounts", "App", "Audit", "Booking", "CurlClient", "Doctors", "Domain", "Idempotency", "Jobs", "Notifications", "Places", "Postgres", "Search", "SearchIndex", "TextAnalysis", "Web",
                crypto, httpTypes, hummingbird, logging, nioCore, serviceLifecycle,
            ],
            swiftSettings: strict
        ),
    ]
)
