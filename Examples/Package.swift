// swift-tools-version: 6.1

import PackageDescription

// An external package, like those of the library's users: it sees only public declarations. `make test` builds and runs it
// under the address sanitizer.
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
