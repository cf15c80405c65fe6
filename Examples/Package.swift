// swift-tools-version: 6.1

import PackageDescription

// A package outside of this one, as its users have it: it sees what is public and nothing else. `make test` builds and
// runs it under the address sanitizer.
let package = Package(
  name: "retnet-examples",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "retnet", path: "..")],
  targets: [
    .testTarget(name: "PublicAPITests", dependencies: [.product(name: "RetNet", package: "retnet")])
  ]
)
