// swift-tools-version: 6.1

import PackageDescription

// A package outside of this one, as its users have it: it sees what is public and nothing else. `make test` builds and
// runs it under the address sanitizer.
let library: [Target.Dependency] = [
  .product(name: "RetNet", package: "retnet"),
  .product(name: "RetNetText", package: "retnet"),
  .product(name: "RetNetSession", package: "retnet"),
]

let package = Package(
  name: "retnet-examples",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "retnet", path: "..")],
  targets: [
    .executableTarget(name: "Example", dependencies: library),
    .executableTarget(name: "Memcheck", dependencies: [.product(name: "RetNet", package: "retnet")]),
    .testTarget(name: "PublicAPITests", dependencies: library),
  ]
)
