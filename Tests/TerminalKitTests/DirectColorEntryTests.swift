import Foundation
import Testing

@testable import TerminalKit

/// ncurses' own programs read the entry.
@Suite(
  "Terminal descriptions with 24-bit colours", .enabled(if: FileManager.default.fileExists(atPath: "/usr/bin/infocmp")))
struct DirectColorEntryTests {
  private static let entry = DirectColorEntry(
    "test-direct",
    names: DirectColorEntry.Names(
      flags: ["bw", "am", "xsb"],
      numbers: [
        "cols", "it", "lines", "lm", "xmc", "pb", "vt", "wsl", "nlab", "lh", "lw", "ma", "wnum", "colors", "pairs",
      ],
      strings: Self.strings),
    flag: { ["am", "AX"].contains($0) }, number: { ["cols": 80, "lines": 24, "colors": 256, "U8": 1][$0] },
    string: { name in
      let known = [
        "cup": "\u{1B}[%i%p1%d;%p2%dH", "bel": "\u{7}", "setaf": "old", "XM": "\u{1B}[?1006h", "kLFT5": "\u{1B}[1;5D",
      ]
      return known[name].map { Array($0.utf8) }
    })

  /// The first strings in the order of term.h; setaf and setab are at 359 and 360.
  private static let strings: [String] = {
    var names = (0..<361).map { "?\($0)" }
    (names[1], names[10], names[359], names[360]) = ("bel", "cup", "setaf", "setab")
    return names
  }()

  private func run(_ program: String, _ arguments: [String]) throws -> String {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/" + program)
    process.arguments = arguments
    let hex = Self.entry.bytes.map { String(format: "%02x", $0) }.joined()
    process.environment = ["TERMINFO": "hex:" + hex, "PATH": "/usr/bin:/bin"]
    process.standardOutput = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return text
  }

  @Test("infocmp reads all capabilities: the terminal's own, those of 24-bit colours, and the extended ones")
  func capabilities() throws {
    let lines = try run("infocmp", ["-x", "-1", "test-direct"]).split(separator: "\n").dropFirst(2)
    let found = Set(lines.map { $0.trimmingCharacters(in: CharacterSet(charactersIn: "\t,")) })
    let color = "%?%p1%{8}%<%t#%p1%d%e@;2;%p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;%p1%{255}%&%d%;m"
    func select(_ base: Int) -> String {
      "\\E[" + color.replacingOccurrences(of: "#", with: "\(base / 10)").replacingOccurrences(of: "@", with: "\(base)")
    }
    #expect(
      found == [
        "am", "AX", "RGB", "cols#80", "lines#24", "colors#0x1000000", "pairs#0x10000", "U8#1", "bel=^G",
        "cup=\\E[%i%p1%d;%p2%dH", "setaf=" + select(38), "setab=" + select(48), "XM=\\E[?1006h", "kLFT5=\\E[1;5D",
      ])
  }

  @Test(
    "tput writes a colour as SGR with three channels, and a palette index as its code",
    arguments: [(0x123456, "38;2;18;52;86"), (0xFFFFFF, "38;2;255;255;255"), (0x100, "38;2;0;1;0"), (5, "35")])
  func colors(value: Int, code: String) throws {
    #expect(try run("tput", ["-T", "test-direct", "setaf", "\(value)"]) == "\u{1B}[\(code)m")
    #expect(
      try run("tput", ["-T", "test-direct", "setab", "\(value)"])
        == "\u{1B}[\(code.replacing(/^3/, with: "4"))m")
  }
}
