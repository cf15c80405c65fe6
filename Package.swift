// swift-tools-version: 6.1

import PackageDescription

// OpenBLAS stands behind CBLAS on Linux; on macOS Accelerate has the same functions and the target is left out.
let blas: Target.Dependency = .target(name: "CBLAS", condition: .when(platforms: [.linux]))

let package = Package(
  name: "retnet",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "RetNet", targets: ["RetNet"]),
    .executable(name: "retnet", targets: ["RetNetTUI"]),
    .executable(name: "retnet-corpus", targets: ["RetNetCorpus"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", exact: "1.6.0"),
    .package(url: "https://github.com/LebJe/TOMLKit", exact: "0.6.0"),
    .package(url: "https://github.com/swiftcsv/SwiftCSV", exact: "0.10.0"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
  ],
  targets: [
    .systemLibrary(name: "CNcurses"),
    .systemLibrary(name: "CMalloc"),
    .systemLibrary(name: "CBLAS"),
    .target(
      name: "CSentencePiece",
      linkerSettings: [.linkedLibrary("sentencepiece"), .linkedLibrary("sentencepiece_train")]
    ),
    .target(name: "CKernels"),
    .target(
      name: "RetNet",
      dependencies: [blas, "CKernels", "CSentencePiece"],
      linkerSettings: [.linkedFramework("Accelerate", .when(platforms: [.macOS]))]
    ),
    .target(name: "Lessons", dependencies: ["RetNet", .product(name: "Yams", package: "Yams")]),
    .target(
      name: "TerminalKit",
      dependencies: ["CNcurses"],
      linkerSettings: [
        .linkedLibrary("ncursesw", .when(platforms: [.linux])),
        .linkedLibrary("tinfo", .when(platforms: [.linux])),
        .linkedLibrary("ncurses", .when(platforms: [.macOS])),
      ]
    ),
    .executableTarget(
      name: "RetNetTUI",
      dependencies: [
        "RetNet", "Lessons", "TerminalKit", "CMalloc",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "DequeModule", package: "swift-collections"),
        .product(name: "TOMLKit", package: "TOMLKit"),
      ]
    ),
    .target(
      name: "Corpus",
      dependencies: [
        "RetNet",
        .product(name: "SwiftCSV", package: "SwiftCSV"),
        .product(name: "Yams", package: "Yams"),
      ]
    ),
    .executableTarget(
      name: "RetNetCorpus",
      dependencies: [
        "Corpus", "RetNet",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]
    ),
    .testTarget(name: "RetNetTests", dependencies: ["RetNet", "CKernels"], resources: [.copy("Reference")]),
    .testTarget(name: "LessonsTests", dependencies: ["Lessons"]),
    .testTarget(name: "TerminalKitTests", dependencies: ["TerminalKit"]),
    .testTarget(name: "RetNetTUITests", dependencies: ["RetNetTUI", "TerminalKit", "RetNet", "Lessons"]),
    .testTarget(name: "CorpusTests", dependencies: ["Corpus", "RetNet"]),
  ],
  cxxLanguageStandard: .cxx17
)
