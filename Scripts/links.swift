// Checks the links of Markdown files: each file that a link names exists, and has the heading that the link names.
// Links to the web are not checked. docs/README.md must link every page of docs, and a document each picture.
//
//     swift Scripts/links.swift .

import Foundation

guard let root = CommandLine.arguments.dropFirst().first, CommandLine.arguments.count == 2 else {
  print("Expected a folder as argument.")
  exit(2)
}

/// The Markdown files under `root`, except in hidden folders.
let documents = (FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? [])
  .filter { $0.hasSuffix(".md") && !$0.split(separator: "/").contains { $0.hasPrefix(".") } }.sorted()

func content(_ path: String) -> String { (try? String(contentsOfFile: "\(root)/\(path)", encoding: .utf8)) ?? "" }

/// The lines of a document that are not code, with their numbers.
func prose(_ text: String) -> [(number: Int, line: Substring)] {
  var isCode = false
  var lines: [(Int, Substring)] = []
  for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
    if line.drop(while: { $0 == " " }).hasPrefix("```") {
      isCode.toggle()
    } else if !isCode, !line.hasPrefix("    ") {
      lines.append((index + 1, line))
    }
  }
  return lines
}

/// The anchors of a document's headings, as GitHub makes them.
func anchors(_ text: String) -> Set<String> {
  var found: Set<String> = []
  for (_, line) in prose(text) {
    guard let heading = line.wholeMatch(of: #/#{1,6} +(.*)/#)?.output.1 else { continue }
    let name = heading.replacing(#/\[([^\]]*)\]\([^)]*\)/#) { $0.output.1 }.lowercased()
      .filter { $0.isLetter || $0.isNumber || " -_".contains($0) }.replacing(" ", with: "-")
    let copies = found.contains(name) ? (1...).first { !found.contains("\(name)-\($0)") } : nil
    found.insert(copies.map { "\(name)-\($0)" } ?? name)
  }
  return found
}

/// `docs/../Models/a.md` as `Models/a.md`.
func normalized(_ path: String) -> String {
  var parts: [Substring] = []
  for part in path.split(separator: "/") where part != "." {
    if part == "..", let last = parts.last, last != ".." { parts.removeLast() } else { parts.append(part) }
  }
  return parts.joined(separator: "/")
}

var (broken, checked) = (0, 0)
func report(_ message: String) {
  print(message)
  broken += 1
}

var linked: [String: Set<String>] = [:]
for document in documents {
  let folder = document.split(separator: "/").dropLast().joined(separator: "/")
  for (number, line) in prose(content(document)) {
    for link in line.replacing(#/`[^`]*`/#, with: "").matches(of: #/\]\(([^)\s]+)\)/#).map(\.output.1) {
      guard link.firstMatch(of: #/^[a-z]+:/#) == nil else { continue }
      checked += 1
      let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
      let path = parts[0].isEmpty ? document : normalized("\(folder)/\(parts[0])")
      linked[document, default: []].insert(path)
      // DocC names resources of a catalogue without folder and extension; `make docs` checks them.
      if folder.hasSuffix(".docc"), !link.contains("/"), !link.contains(".") { continue }
      if !FileManager.default.fileExists(atPath: "\(root)/\(path)") {
        report("\(document):\(number): there is no '\(path)'.")
      } else if parts.count == 2, !anchors(content(path)).contains(String(parts[1])) {
        report("\(document):\(number): '\(path)' has no heading '#\(parts[1])'.")
      }
    }
  }
}
let pictures = (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/docs/pictures")) ?? []
for picture in pictures.sorted() where !linked.values.contains(where: { $0.contains("docs/pictures/\(picture)") }) {
  report("No document shows 'docs/pictures/\(picture)'.")
}
let start = "docs/README.md"
for page in documents where page.hasPrefix("docs/") && page != start && linked[start]?.contains(page) != true {
  report("\(start) does not link '\(page)'.")
}
print("\(checked) links in \(documents.count) documents, \(broken) errors")
exit(broken == 0 ? 0 : 1)
