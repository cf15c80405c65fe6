/// What was composed.
public struct ComposerReport: Sendable {
  public struct Group: Sendable {
    public let name: String
    public internal(set) var exchanges = 0
  }

  public internal(set) var groups: [Group]
  public private(set) var conversations = 0
  /// All exchanges.
  public private(set) var exchanges = 0
  public private(set) var bytes = 0
  public private(set) var replies = 0
  public private(set) var replyWords = 0
  /// Replies that say they do not know or cannot.
  public private(set) var evasiveReplies = 0
  private var words: [UInt64: Int] = [:]

  static let evasions = Phrases([
    " i do not know", " i don't know", " i cannot", " i can't", " no idea", " i'm not sure", " i am not sure",
  ])

  init(names: [String]) {
    groups = names.map { Group(name: $0) }
  }

  mutating func count(_ group: Int, _ exchanges: Int) {
    groups[group].exchanges += exchanges
    self.exchanges += exchanges
  }

  mutating func read(reply: ArraySlice<UInt8>) {
    replies += 1
    var lower: [UInt8] = [0x20]
    lower.reserveCapacity(reply.count + 2)
    var hash: UInt64 = 0
    var isWord = false
    func finish(_ words: inout [UInt64: Int], _ count: inout Int) {
      if isWord { words[hash, default: 0] += 1; count += 1 }
      isWord = false
      hash = 0xcbf2_9ce4_8422_2325
    }
    finish(&words, &replyWords)
    for byte in reply {
      let byte = byte.isUpper ? byte | 0x20 : byte
      lower.append(byte)
      if byte.isLetter || byte.isDigit || byte == UInt8(ascii: "'") {
        hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
        isWord = true
      } else {
        finish(&words, &replyWords)
      }
    }
    finish(&words, &replyWords)
    lower.append(0x20)
    if Self.evasions.areIn(lower) { evasiveReplies += 1 }
  }

  mutating func finishConversation(bytes: Int) {
    conversations += 1
    self.bytes += bytes
  }

  /// Different words that make up 99 of 100 words of the replies.
  public var commonWords: Int {
    var rest = Int(Double(replyWords) * 0.99)
    var count = 0
    for number in words.values.sorted(by: >) {
      if rest <= 0 { break }
      rest -= number
      count += 1
    }
    return count
  }

  public var distinctWords: Int { words.count }
}
