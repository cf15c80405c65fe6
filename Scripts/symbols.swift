// Counts the public declarations of the library per target, and lists those without a documentation comment.
//
//     swift Scripts/symbols.swift Sources/RetNet Sources/RetNetText …

import Foundation

let declaration = #/^ *(@\S+ |nonisolated |final |static |mutating |convenience |indirect )*public /#
let publicEnum = #/^( *)public (indirect )?enum /#
let enumCase = #/^ *(indirect )?case \w/#
var (total, undocumented) = (0, 0)
for folder in CommandLine.arguments.dropFirst() {
  guard let paths = FileManager.default.enumerator(atPath: folder) else {
    print("'\(folder)' is not a folder.")
    exit(2)
  }
  var count = 0
  for case let path as String in paths where path.hasSuffix(".swift") {
    guard let text = try? String(contentsOfFile: "\(folder)/\(path)", encoding: .utf8) else { continue }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    /// The indentation of the public enum that contains the line.
    var ofEnum: Substring?
    for (n, line) in lines.enumerated() {
      if let match = line.firstMatch(of: publicEnum) { ofEnum = match.1 }
      if let indentation = ofEnum, line == "\(indentation)}" { ofEnum = nil }
      let isCase = ofEnum.map { line.hasPrefix("\($0)  case ") && line.firstMatch(of: enumCase) != nil } ?? false
      guard isCase || line.firstMatch(of: declaration) != nil else { continue }
      count += 1
      var above = n - 1
      while above >= 0, lines[above].drop(while: { $0 == " " }).hasPrefix("@") { above -= 1 }
      if above < 0 || !lines[above].drop(while: { $0 == " " }).hasPrefix("///") {
        print("\(folder)/\(path):\(n + 1): \(line.drop { $0 == " " }) has no documentation.")
        undocumented += 1
      }
    }
  }
  print("\(folder): \(count) public declarations")
  total += count
}
print("\(total) public declarations, \(undocumented) of them undocumented")
exit(undocumented == 0 ? 0 : 1)
