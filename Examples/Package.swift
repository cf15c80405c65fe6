// swift-tools-version: 6.1

import PackageDescription

// An external package, like those of the library's users: it sees only public declarations. README.md lists the examples.
// `make test` builds them, and runs them and the tests under the address sanitizer.
let library: [Target.Dependency] = [
  .product(name: "RetNet", package: "retnet"),
  .product(name: "RetNetText", package: "retnet"),
  .product(name: "RetNetTraining", package: "retnet"),
  .product(name: "RetNetSession", package: "retnet"),
]

let package = Package(
  name: "retnet-examples",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "retnet", path: "..")],
  targets: [
    .executableTarget(name: "ToyTask", dependencies: [.product(name: "RetNet", package: "retnet")]),
    .executableTarget(name: "DropInRetention", dependencies: [.product(name: "RetNet", package: "retnet")]),
    .executableTarget(name: "ChatInTenLines", dependencies: library),
    .executableTarget(name: "TrainAndTalk", dependencies: library),
    .executableTarget(name: "PlotState", dependencies: library),
    .executableTarget(name: "Memcheck", dependencies: [.product(name: "RetNet", package: "retnet")]),
    .testTarget(name: "PublicAPITests", dependencies: library),
    // The examples are dependencies so that they are built before the tests run them.
    .testTarget(
      name: "ExampleTests", dependencies: ["ToyTask", "DropInRetention", "ChatInTenLines", "TrainAndTalk", "PlotState"]),
  ]
)
