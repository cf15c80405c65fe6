import Foundation
import RetNetText

/// The reasons for leaving a conversation out of the corpus.
package enum Fault: String, CaseIterable, Codable, Sendable {
  case address = "e-mail address"
  case link
  case phoneNumber = "phone number"
  case foreign = "mostly not ASCII"
  case shouted = "mostly upper case"
  case blockedWord = "blocked word"
  case tooLong = "turn too long"
  case placeholder = "placeholder left"
  case tooShort = "fewer than two turns"
  case duplicate
}

/// Finds content that excludes a conversation.
package struct Sieve: Sendable {
  /// In bytes of UTF-8.
  package static let longestTurn = 600

  private let blocked: Set<String>

  /// - Parameter blocked: words that exclude a conversation, in any case.
  package init(blocked: some Sequence<String> = []) {
    self.blocked = Set(blocked.map { $0.lowercased() })
  }

  /// Reads one blocked word per line. Throws `FileError` or `CorpusError`.
  package init(blocklist path: String) throws {
    self.init(
      blocked: try SourceFile.text(path).split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        .filter { !$0.isEmpty })
  }

  private static let linkMarks = Marks(
    ["http", "HTTP", "www", "WWW", ".com", ".org", ".net", ".edu", ".gov", ".COM"])

  /// The first fault in the text of a conversation. `DialogueRepair` and `Preparation` check length, placeholders and
  /// duplicates.
  func fault(of turns: [Turn]) -> Fault? {
    let text = turns.map(\.text).joined(separator: "\n")
    // The expressions are slow and seldom match, so a search for single bytes comes first.
    let bytes = text.utf8
    if bytes.contains(UInt8(ascii: "@")), text.contains(#/[\w.+-]+@[\w-]+\.[A-Za-z]{2,}/#) { return .address }
    if Self.linkMarks.areIn(text),
      text.contains(#/(?i)\bhttps?:|\bwww\.|\b[a-z0-9-]+\.(com|org|net|edu|gov)\b/#)
    {
      return .link
    }
    if bytes.count(where: { (48...57).contains($0) }) >= 10, Self.mayHavePhoneNumber(text),
      text.contains(#/(\+?1[-. ])?(\(\d{3}\) ?|\b\d{3}[-. ])\d{3}[-. ]\d{4}\b/#)
    {
      return .phoneNumber
    }
    if bytes.count(where: { $0 >= 0x80 }) * 3 > bytes.count * 2 { return .foreign }
    let upper = bytes.count(where: { (65...90).contains($0) })
    let lower = bytes.count(where: { (97...122).contains($0) })
    if upper > lower, upper + lower >= 20 { return .shouted }
    if !blocked.isEmpty {
      let words = text.lowercased().split { !$0.isLetter && $0 != "'" && $0 != "-" }
      if words.contains(where: { blocked.contains(String($0)) }) { return .blockedWord }
    }
    return nil
  }

  /// Whether the text contains the end of a phone number: three digits, a dash, dot or space, and four digits.
  private static func mayHavePhoneNumber(_ text: String) -> Bool {
    // Other scripts have other digits.
    guard text.isASCII else { return true }
    var text = text
    return text.withUTF8 { bytes in
      var (digits, digitsBefore) = (0, 0)
      for byte in bytes {
        if (48...57).contains(byte) {
          digits += 1
          if digits == 4, digitsBefore >= 3 { return true }
        } else {
          digitsBefore = "-. ".utf8.contains(byte) ? digits : 0
          digits = 0
        }
      }
      return false
    }
  }
}
