// Compares the targets in docs/architecture.md with those in Package.swift.
//
//     swift package dump-package | swift Scripts/targets.swift docs/architecture.md

import Foundation

struct Package: Decodable {
  struct Target: Decodable {
    var name: String
    var type: String
    var path: String?
    var dependencies: [[String: [Name?]]]
  }

  /// The first entry of a dependency is a name; the other entries may be objects or null.
  struct Name: Decodable {
    var text: String?

    init(from decoder: any Decoder) throws {
      text = try? decoder.singleValueContainer().decode(String.self)
    }
  }

  var targets: [Target]
}

func fail(_ text: String) -> Never {
  FileHandle.standardError.write(Data((text + "\n").utf8))
  exit(1)
}

guard CommandLine.arguments.count == 2,
  let page = try? String(contentsOfFile: CommandLine.arguments[1], encoding: .utf8)
else { fail("targets.swift requires the path of the page with the targets as its argument.") }
let package: Package
do {
  package = try JSONDecoder().decode(Package.self, from: FileHandle.standardInput.readDataToEndOfFile())
} catch {
  fail("targets.swift requires the output of 'swift package dump-package' on standard input: \(error)")
}
let ofTests = "Tests/"
let shipped = package.targets.filter {
  ["regular", "executable"].contains($0.type) && $0.path?.hasPrefix(ofTests) != true
}
let declared = shipped.map { target in
  let names = target.dependencies.compactMap { $0.values.first?.first??.text }.sorted()
  return ([target.name, "→"] + names).joined(separator: " ")
}
guard let start = page.range(of: "```targets\n"),
  let end = page.range(of: "```", range: start.upperBound..<page.endIndex)
else { fail("\(CommandLine.arguments[1]) has no block of targets.") }
let described = page[start.upperBound..<end.lowerBound].split(separator: "\n").map(String.init)
let (new, gone) = (Set(declared).subtracting(described).sorted(), Set(described).subtracting(declared).sorted())
guard new.isEmpty, gone.isEmpty else {
  fail(
    "Package.swift and \(CommandLine.arguments[1]) list different targets.\n"
      + new.map { "  Package.swift: \($0)\n" }.joined() + gone.map { "  the page:      \($0)\n" }.joined()
      + "Update the page, or remove the dependency.")
}
