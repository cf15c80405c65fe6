import RetNetText

/// The parts of a corpus. The text of a conversation determines its part, so it stays there when files are added, removed or
/// read in another order.
package enum Part: String, CaseIterable, Sendable {
  case train, valid, test

  /// 96 % train, 2 % valid, 2 % test.
  package static func of(_ turns: [Turn], seed: UInt64) -> Part {
    switch StableHash.of("\(seed)\n" + DialogueText.block(turns)) % 100 {
    case 0, 1: .test
    case 2, 3: .valid
    default: .train
    }
  }
}
