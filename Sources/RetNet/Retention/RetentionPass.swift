/// How one pass over a batch is to be computed, for every layer alike.
package struct RetentionPass {
  package let sequences: Sequences
  /// The rotation of positions: row n of a sequence has row `angleRow` + n.
  let angles: XPos.Angles
  /// Where each sequence's rotation begins in `angles`; empty where all begin with the first.
  var angleRows: [Int] = []
  package let form: RetentionForm
  package let norms: NormOptions
  /// Other than causal only in the parallel form, without a state, and as long as every sequence.
  package var mask = RetentionMask.causal
  /// Of a language model in training, on rows that no two threads share.
  package var dropout: PassDropout?
  /// Where other threads compute other pieces of the same text.
  package var turn: PieceOrder.Turn?
  package let workers: RetentionWorkers
  package let weights: Weights

  func angleRow(_ sequence: Int) -> Int { angleRows.isEmpty ? 0 : angleRows[sequence] }

  /// All rows for one thread; else blocks that keep every thread busy and products efficient.
  func rowsPerPart(of rows: Int) -> Int {
    let threads = workers.team.threads
    return threads == 1 ? max(rows, 1) : max(64, (rows + 2 * threads - 1) / (2 * threads))
  }
}

/// The threads that share a pass, each with working memory of its own.
package final class RetentionWorkers {
  package let team: WorkerTeam
  private let scratches: [RetentionScratch<Float>]

  package init(threads: Int = 1) {
    team = WorkerTeam(threads: threads)
    scratches = (0..<threads).map { _ in RetentionScratch() }
  }

  /// One thread, with the given memory or what stands in for the forms of retention.
  package init(_ scratch: RetentionScratch<Float>) {
    team = WorkerTeam(threads: 1)
    scratches = [scratch]
  }

  package func scratch(_ thread: Int) -> RetentionScratch<Float> { scratches[thread] }
}
