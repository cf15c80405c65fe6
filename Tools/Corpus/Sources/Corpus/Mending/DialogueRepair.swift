import RetNetText

/// Repairs conversations: the user speaks first, speakers alternate, placeholders are filled, repetitions are removed, and
/// long turns are shortened.
package struct DialogueRepair: Sendable {
  package let seed: UInt64
  /// The name of the replying speaker in every conversation; nil keeps existing names and invents missing ones.
  package let replyName: String?

  package init(seed: UInt64, replyName: String? = nil) {
    self.seed = seed
    self.replyName = replyName
  }

  /// - Returns: the repaired conversation or the reason to drop it, and the number of repairs of each kind.
  func mend(_ turns: [Turn]) -> (result: Result<[Turn], Unmendable>, mends: [Mend: Int]) {
    var mends: [Mend: Int] = [:]
    var turns = turns.map { Turn($0.speaker, Tidying.tidied($0.text)) }.filter { !$0.text.isEmpty }
    let identity = StableHash.of(DialogueText.block(turns))
    var names: [Turn.Speaker: String] = [:]
    if let replyName {
      // The second speaker becomes the replying one.
      let replier: Turn.Speaker = turns.first?.speaker == .reply ? .user : .reply
      turns = OwnName.given(replyName, to: replier, in: turns, &mends)
      names[replier] = replyName
    }
    var placeholders = Placeholders(turns, names: names, Randomness(seed: seed ^ identity))
    turns = placeholders.filled(&mends)
    turns = Repeats.removed(from: turns, &mends)
    turns = Self.joined(turns, &mends)
    turns = Self.opened(turns, &mends)
    if turns.contains(where: { Placeholders.hasAny($0.text) }) { return (.failure(.init(.placeholder)), mends) }
    for index in turns.indices where turns[index].text.utf8.count > Sieve.longestTurn {
      guard let short = Self.shortened(turns[index].text) else { return (.failure(.init(.tooLong)), mends) }
      turns[index].text = short
      mends[.shortened, default: 0] += 1
    }
    return turns.count < 2 ? (.failure(.init(.tooShort)), mends) : (.success(turns), mends)
  }

  struct Unmendable: Error {
    let fault: Fault

    init(_ fault: Fault) { self.fault = fault }
  }

  private static func joined(_ turns: [Turn], _ mends: inout [Mend: Int]) -> [Turn] {
    var result: [Turn] = []
    for turn in turns {
      if let last = result.last, last.speaker == turn.speaker {
        let stop = last.text.last.map { ".?!,;:\"')".contains($0) } ?? false
        result[result.count - 1].text += (stop ? " " : ". ") + turn.text
        mends[.run, default: 0] += 1
      } else {
        result.append(turn)
      }
    }
    return result
  }

  /// Makes the first speaker the user.
  private static func opened(_ turns: [Turn], _ mends: inout [Mend: Int]) -> [Turn] {
    guard turns.first?.speaker == .reply else { return turns }
    mends[.turned, default: 0] += 1
    return turns.map { Turn($0.speaker == .user ? .reply : .user, $0.text) }
  }

  /// The complete sentences that fit.
  private static func shortened(_ text: String) -> String? {
    let start = String(decoding: text.utf8.prefix(Sieve.longestTurn), as: UTF8.self)
    guard let end = start.lastIndex(where: { ".?!".contains($0) }), end > start.startIndex else { return nil }
    return String(start[...end])
  }
}
