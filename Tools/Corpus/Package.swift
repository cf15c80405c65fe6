// swift-tools-version: 6.1

import PackageDescription

// A separate package, so a build of the library or the app compiles none of it.
let package = Package(
  name: "retnet-corpus",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "retnet-corpus", targets: ["RetNetCorpus"])
  ],
  dependencies: [
    .package(name: "retnet", path: "../.."),
    // The library needs some of these too, and says which version; SwiftCSV is needed here alone.
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/swiftcsv/SwiftCSV", from: "0.10.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
  ],
  targets: [
    .target(
      name: "Corpus",
      dependencies: [
        .product(name: "RetNet", package: "retnet"),
        .product(name: "RetNetText", package: "retnet"),
        .product(name: "SwiftCSV", package: "SwiftCSV"),
        .product(name: "Yams", package: "Yams"),
      ]
    ),
    .executableTarget(
      name: "RetNetCorpus",
      dependencies: [
        "Corpus",
        .product(name: "RetNet", package: "retnet"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]
    ),
    .testTarget(
      name: "CorpusTests",
      dependencies: [
        "Corpus",
        .product(name: "RetNet", package: "retnet"),
        .product(name: "RetNetText", package: "retnet"),
      ]
    ),
  ]
)
