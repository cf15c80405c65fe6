import Foundation

/// The counts of composed conversations.
package struct ComposerReport: Sendable {
  package struct Kind: Sendable, Encodable {
    package let name: String
    package let exchanges: Int
  }

  /// How often each sum of two digits from 1 to 9 was asked: the minimum and the median.
  package struct Tally: Sendable, Encodable {
    package internal(set) var plusLeast = 0
    package internal(set) var plusMedian = 0
    package internal(set) var minusLeast = 0
    package internal(set) var minusMedian = 0
  }

  /// Separate greetings and goodbyes have no kind.
  package internal(set) var kinds: [Kind] = []
  package internal(set) var sums = Tally()
  package private(set) var conversations = 0
  /// Pairs of a user turn and its reply.
  package private(set) var exchanges = 0
  package private(set) var bytes = 0
  package private(set) var replyWords = 0
  /// Replies that say that the model does not know or cannot do something.
  package private(set) var evasiveReplies = 0
  private var words: [UInt64: Int] = [:]

  private static let evasions = Phrases([
    " i do not know", " i don't know", " i cannot", " i can't", " no idea", " i'm not sure", " i am not sure",
  ])

  static func isEvasive(_ reply: String) -> Bool { evasions.areIn(reply.searchable) }

  /// Counts a reply and its words.
  mutating func read(reply: ArraySlice<UInt8>) {
    exchanges += 1
    var lower: [UInt8] = [0x20]
    lower.reserveCapacity(reply.count + 2)
    // FNV-1a avoids a string for each word.
    let empty: UInt64 = 0xcbf2_9ce4_8422_2325
    var hash = empty
    for byte in reply {
      let byte = byte.isUpper ? byte | 0x20 : byte
      lower.append(byte)
      if byte.isLetter || byte.isDigit || byte == UInt8(ascii: "'") {
        hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
      } else if hash != empty {
        words[hash, default: 0] += 1
        hash = empty
      }
    }
    if hash != empty { words[hash, default: 0] += 1 }
    lower.append(0x20)
    if Self.evasions.areIn(lower) { evasiveReplies += 1 }
  }

  mutating func finishConversation(bytes: Int) {
    conversations += 1
    self.bytes += bytes
  }

  /// The number of words in the replies, of different words, and of those that cover 99 % of all words.
  package var vocabulary: (words: Int, different: Int, common: Int) {
    let whole = words.values.reduce(0, +)
    var rest = whole * 99 / 100
    var common = 0
    for count in words.values.sorted(by: >) where rest > 0 {
      rest -= count
      common += 1
    }
    return (whole, words.count, common)
  }

  package var table: String {
    let vocabulary = vocabulary
    var text = """
      \(conversations) conversations, \(exchanges) exchanges, \(bytes) bytes
      replies: \(vocabulary.words) words, \(vocabulary.different) different, \(vocabulary.common) of them are 99 % of the text
      evasive replies: \(Self.percent(evasiveReplies, exchanges))
      each sum of two digits asked \(sums.plusLeast) times or more, median \(sums.plusMedian); \
      each difference \(sums.minusLeast), \(sums.minusMedian)

      """
    for kind in kinds where kind.exchanges > 0 {
      let name = kind.name.padding(toLength: 16, withPad: " ", startingAt: 0)
      text += "  \(name) \(Self.percent(kind.exchanges, exchanges)) of the exchanges\n"
    }
    return text
  }

  private static func percent(_ part: Int, _ whole: Int) -> String {
    String(format: "%5.2f %%", 100 * Double(part) / Double(max(1, whole)))
  }

  private struct File: Encodable {
    let conversations: Int
    let exchanges: Int
    let bytes: Int
    let replyWords: Int
    let differentWords: Int
    let wordsOf99Percent: Int
    let evasiveReplies: Int
    let sums: Tally
    let kinds: [Kind]
  }

  package func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let vocabulary = vocabulary
    return try encoder.encode(
      File(
        conversations: conversations, exchanges: exchanges, bytes: bytes, replyWords: vocabulary.words,
        differentWords: vocabulary.different, wordsOf99Percent: vocabulary.common, evasiveReplies: evasiveReplies,
        sums: sums, kinds: kinds)) + Data("\n".utf8)
  }
}
