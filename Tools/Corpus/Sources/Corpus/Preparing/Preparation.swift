import RetNetText

/// Cleans and repairs conversations, drops duplicates, and counts the changes.
package struct Preparation: Sendable {
  private let sieve: Sieve
  private let mender: DialogueRepair
  private var seen: Set<String> = []

  package init(sieve: Sieve = Sieve(), seed: UInt64, replyName: String? = nil) {
    self.sieve = sieve
    mender = DialogueRepair(seed: seed, replyName: replyName)
  }

  /// The remaining conversations, repaired and in their original order.
  package mutating func prepare(_ conversations: [[Turn]], name: String) -> ([[Turn]], PreparationReport) {
    var report = PreparationReport(name)
    var result: [[Turn]] = []
    for turns in conversations {
      report.read += 1
      let (mended, mends) = mender.mend(turns)
      switch mended {
      case .failure(let unmendable): report.dropped[unmendable.fault.rawValue, default: 0] += 1
      case .success(let turns):
        if let fault = sieve.fault(of: turns) ?? duplicate(turns) {
          report.dropped[fault.rawValue, default: 0] += 1
          continue
        }
        report.kept += 1
        for (mend, count) in mends { report.mended[mend.rawValue, default: 0] += count }
        result.append(turns)
      }
    }
    return (result, report)
  }

  private mutating func duplicate(_ turns: [Turn]) -> Fault? {
    seen.insert(DialogueText.block(turns)).inserted ? nil : .duplicate
  }
}
