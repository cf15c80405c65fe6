// Checks that the Swift code in documents is contained in a file that is compiled and run. Arguments: that file, then
// the documents. Lines are compared without indentation; empty lines and imports are ignored. `Package.swift` excerpts,
// which start with `.package`, are skipped.

import Foundation

func lines(_ text: Substring) -> [String] {
  text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    .map { $0.replacing(#/ +///#, with: "  //") }
    .filter { !$0.isEmpty && !$0.hasPrefix("import ") }
}

func content(_ path: String) -> String {
  guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
    print("'\(path)' cannot be read. Specify the paths of a Swift file and of documents.")
    exit(2)
  }
  return text
}

let arguments = CommandLine.arguments.dropFirst()
guard let source = arguments.first, arguments.count > 1 else {
  print("Expected a Swift file and documents as arguments.")
  exit(2)
}
let code = lines(content(source)[...])
var missing = 0
for document in arguments.dropFirst() {
  for block in content(document).split(separator: "```swift\n").dropFirst() {
    let snippet = lines(block.prefix(upTo: block.range(of: "```")?.lowerBound ?? block.endIndex))
    guard let first = snippet.first, !first.hasPrefix(".package") else { continue }
    let isThere = code.indices.contains { code[$0...].starts(with: snippet) }
    if !isThere {
      print("\(document): the code that starts with '\(first)' is not contained in \(source).")
      missing += 1
    }
  }
}
exit(missing == 0 ? 0 : 1)
