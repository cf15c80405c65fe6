// Lists phrases that read as translated or personify code, with the standard term for each.
//
//     swift Scripts/words.swift Sources docs README.md …
//
// Of Swift and C files it reads comments and the titles of tests, of other files every line.

import Foundation

let phrases: [(pattern: Regex<AnyRegexOutput>, instead: String)] = try [
  (#"\bbehind\b"#, "after"),
  (#"\banew\b"#, "again"),
  (#"\bin vain\b"#, "without effect, fails"),
  (#"\bnobody\b"#, "unused, discarded"),
  (#"\bwhoever\b"#, "the caller"),
  (#"\b(go|goes|going|went) on\b"#, "continue, resume"),
  (#"\b(take|takes|took|taken) back\b"#, "undo"),
  (#"\bat hand\b"#, "available, known"),
  (#"\b(is|are) (said|told)\b"#, "reports"),
  (#"\b(every|this|that|present|earlier|later|of the|the same) moment\b"#, "step"),
  (#"\bstretch(es)? of\b"#, "batch, range"),
  (#"\bheld against\b"#, "compared with"),
  (#"\blies? (from|off)\b"#, "differs from"),
  (#"\bhands? (on|over)\b"#, "passes, returns"),
  (#"\btakes? note\b"#, "records"),
  (#"\bthousand million\b"#, "billion, G"),
].map { (try Regex($0.0).ignoresCase(), $0.1) }

/// The prose of a line of a file.
func prose(_ line: Substring, isCode: Bool) -> Substring? {
  guard isCode else { return line }
  if line.firstMatch(of: #/@(Test|Suite)\(/#) != nil { return line }
  return line.firstMatch(of: #/(^|\s)(//|\*).*$/#).map(\.output.0)
}

/// The files of a folder, or the file itself.
func files(_ path: String) -> [String] {
  var isFolder: ObjCBool = false
  guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
    print("'\(path)' does not exist.")
    exit(2)
  }
  guard isFolder.boolValue else { return [path] }
  let extensions: Set = ["swift", "c", "h", "cpp", "md", "tutorial", "yaml"]
  return (FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? [])
    .filter { extensions.contains(URL(fileURLWithPath: $0).pathExtension) && !$0.contains(".build/") }
    .map { "\(path)/\($0)" }.sorted()
}

var (found, read) = (0, 0)
for path in CommandLine.arguments.dropFirst().flatMap(files) where !path.hasSuffix("Scripts/words.swift") {
  guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { continue }
  read += 1
  let isCode = !["md", "tutorial", "yaml"].contains(URL(fileURLWithPath: path).pathExtension)
  for (n, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
    guard let prose = prose(line, isCode: isCode) else { continue }
    for phrase in phrases {
      guard let match = prose.firstMatch(of: phrase.pattern) else { continue }
      print("\(path):\(n + 1): '\(prose[match.range])'; write \(phrase.instead).")
      found += 1
    }
  }
}
print("\(read) files, \(found) discouraged phrases")
exit(found == 0 ? 0 : 1)
