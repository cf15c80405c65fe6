// swift-tools-version: 6.1

import PackageDescription

// CBLAS is OpenBLAS on Linux. On macOS, Accelerate has the same functions and the target is not used.
let blas: Target.Dependency = .target(name: "CBLAS", condition: .when(platforms: [.linux]))

// The targets of the library.
let libraryTargets: [Target.Dependency] = ["RetNet", "RetNetText", "RetNetTraining", "RetNetSession", "RetNetAnalysis"]

// Tests and lessons are compiled without optimisation, which halves their build time; time-consuming work is in other
// targets. No library product contains them, so the flag does not affect other packages.
let unoptimised: [SwiftSetting] = [.unsafeFlags(["-Onone"])]

let package = Package(
  name: "retnet",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "RetNet", targets: ["RetNet"]),
    .library(name: "RetNetText", targets: ["RetNetText"]),
    .library(name: "RetNetTraining", targets: ["RetNetTraining"]),
    .library(name: "RetNetSession", targets: ["RetNetSession"]),
    .executable(name: "retnet", targets: ["RetNetCommands"]),
    // For Tools/Robustness, which tests declarations that are not public.
    .library(
      name: "RetNetTargets",
      targets: [
        "RetNet", "RetNetText", "RetNetTraining", "RetNetSession", "RetNetAnalysis", "Lessons", "TerminalKit",
        "RetNetTUI", "TestSupport",
      ]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
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
    .target(name: "CFaults"),
    .target(
      name: "RetNet",
      dependencies: [blas, "CKernels", "CFaults"],
      linkerSettings: [.linkedFramework("Accelerate", .when(platforms: [.macOS]))]
    ),
    .target(name: "RetNetText", dependencies: ["RetNet", "CSentencePiece"]),
    .target(name: "RetNetTraining", dependencies: ["RetNet", "RetNetText", "CKernels"]),
    .target(name: "RetNetSession", dependencies: ["RetNet", "RetNetText"]),
    .target(
      name: "RetNetAnalysis", dependencies: ["RetNet", "RetNetText", "RetNetTraining", "RetNetSession", "CKernels"]),
    .target(
      name: "Lessons", dependencies: ["RetNet", "RetNetText", .product(name: "Yams", package: "Yams")],
      swiftSettings: unoptimised),
    .target(
      name: "TerminalKit",
      dependencies: ["CNcurses", "CFaults"],
      linkerSettings: [
        .linkedLibrary("ncursesw", .when(platforms: [.linux])),
        .linkedLibrary("tinfo", .when(platforms: [.linux])),
        .linkedLibrary("ncurses", .when(platforms: [.macOS])),
      ]
    ),
    .target(
      name: "RetNetTUI",
      dependencies: libraryTargets + ["Lessons", "TerminalKit", .product(name: "Yams", package: "Yams")]
    ),
    // Not named after its product: `retnet` and `RetNet` are the same folder on case-insensitive file systems.
    .executableTarget(
      name: "RetNetCommands",
      dependencies: libraryTargets + [
        "RetNetTUI", "Lessons", "TerminalKit", "CMalloc",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]
    ),
    .target(name: "CAllocationCounter", path: "Tests/CAllocationCounter"),
    .target(name: "TestSupport", dependencies: ["RetNet", "RetNetText"], path: "Tests/Support"),
    .testTarget(
      name: "RetNetTests", dependencies: ["RetNet", "CFaults", "CKernels", "CAllocationCounter", "TestSupport"],
      exclude: ["Reference"], swiftSettings: unoptimised),
    .testTarget(
      name: "RetNetTextTests", dependencies: ["CSentencePiece", "RetNet", "RetNetText", "TestSupport"],
      swiftSettings: unoptimised),
    .testTarget(
      name: "RetNetTrainingTests", dependencies: ["RetNet", "RetNetText", "RetNetTraining", "TestSupport"],
      swiftSettings: unoptimised),
    .testTarget(
      name: "RetNetSessionTests", dependencies: ["RetNet", "RetNetText", "RetNetSession", "TestSupport"],
      swiftSettings: unoptimised),
    .testTarget(
      name: "RetNetAnalysisTests", dependencies: libraryTargets + ["CKernels", "TestSupport"],
      exclude: ["RecallModel/Facts"],
      swiftSettings: unoptimised),
    .testTarget(name: "LessonsTests", dependencies: ["Lessons"], swiftSettings: unoptimised),
    .testTarget(name: "TerminalKitTests", dependencies: ["TerminalKit"], swiftSettings: unoptimised),
    .testTarget(
      name: "RetNetTUITests", dependencies: libraryTargets + ["RetNetTUI", "TerminalKit", "Lessons"],
      exclude: ["Goldens"],
      swiftSettings: unoptimised),
    .testTarget(
      name: "RetNetCommandsTests",
      dependencies: libraryTargets + ["RetNetCommands", "RetNetTUI", "TerminalKit", "Lessons"],
      swiftSettings: unoptimised),
  ],
  cxxLanguageStandard: .cxx17
)
