// swift-tools-version: 6.1

import PackageDescription

// A separate package, so a build of the library or the app compiles none of it. It tests declarations that are not
// public, through `@testable import`: a release build of it needs `-enable-testing` (see the Makefile).
let package = Package(
  name: "retnet-robustness",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(name: "retnet", path: "../..")
  ],
  targets: [
    // The interface of libFuzzer, and memory in use.
    .target(name: "CRobustness"),
    .executableTarget(
      name: "Robustness", dependencies: ["CRobustness", .product(name: "RetNetTargets", package: "retnet")]),
  ],
  cxxLanguageStandard: .cxx17
)
