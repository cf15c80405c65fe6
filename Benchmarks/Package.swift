// swift-tools-version: 6.1

import PackageDescription

let package = Package(
  name: "retnet-benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(name: "retnet", path: ".."),
    // No traits: they add packages that count allocations, which these benchmarks do not report.
    .package(url: "https://github.com/ordo-one/benchmark", exact: "1.38.1", traits: []),
  ],
  targets: [
    .executableTarget(
      name: "RetNetBenchmarks",
      dependencies: [
        .product(name: "RetNet", package: "retnet"),
        .product(name: "RetNetText", package: "retnet"),
        .product(name: "RetNetSession", package: "retnet"),
        .product(name: "Benchmark", package: "benchmark"),
      ],
      path: "Benchmarks/RetNetBenchmarks",
      plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]
    )
  ]
)
