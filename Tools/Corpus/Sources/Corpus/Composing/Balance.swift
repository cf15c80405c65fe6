/// Gives each kind of text its share of the exchanges: kinds below their share are picked more often.
struct Balance: Sendable {
  private let kinds: [Stock.Kind]
  private(set) var exchanges: [Int]
  private var whole = 0

  init(_ kinds: [Stock.Kind]) {
    self.kinds = kinds
    exchanges = Array(repeating: 0, count: kinds.count)
  }

  mutating func count(_ kind: Int, _ count: Int) {
    exchanges[kind] += count
    whole += count
  }

  /// The number of exchanges above or below its share at which a kind is still picked about in proportion to its share.
  private static let slack = 2000.0

  /// - Parameter light: whether to pick only kinds with short scenes.
  func pick(light: Bool = false, _ random: inout Randomness) -> Int {
    var due = kinds.indices.map { index in
      let kind = kinds[index]
      let missing = kind.share * (Double(whole) + Self.slack) - Double(exchanges[index])
      return !light || kind.isLight ? max(missing, 0.02 * kind.share * Self.slack) : 0
    }
    // If there is no light kind, any kind is picked.
    if due.allSatisfy({ $0 == 0 }) { due = kinds.map(\.share) }
    var rest = random.share() * due.reduce(0, +)
    for (index, share) in due.enumerated() {
      rest -= share
      if rest < 0 { return index }
    }
    return due.lastIndex { $0 > 0 } ?? 0
  }
}
