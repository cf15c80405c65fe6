/// The arguments of one pass over a batch that are the same for every layer.
package struct RetentionPass {
  package let sequences: Sequences
  /// The rotation of positions: row n of a sequence has row `angleRow` + n.
  let angles: XPos.Angles
  /// The first row of each sequence in `angles`; empty if it is 0 for all.
  var angleRows: [Int] = []
  package let form: RetentionForm
  package let norms: NormOptions
  /// A mask that is not causal needs the parallel form without a state, and sequences of the mask's length.
  package var mask = RetentionMask.causal
  /// Dropout of a language model in training. Each row then belongs to one thread.
  package var dropout: PassDropout?
  /// Set if other threads compute other pieces of the same text.
  package var turn: PieceOrder.Turn?
  package let workers: RetentionWorkers
  package let weights: Weights

  func angleRow(_ sequence: Int) -> Int { angleRows.isEmpty ? 0 : angleRows[sequence] }

  /// All rows for one thread; otherwise blocks large enough for efficient products, about two per thread.
  func rowsPerPart(of rows: Int) -> Int {
    let threads = workers.team.threads
    return threads == 1 ? max(rows, 1) : max(64, (rows + 2 * threads - 1) / (2 * threads))
  }
}

/// The threads that compute a pass, and the scratch memory of each.
package final class RetentionWorkers {
  package let team: WorkerTeam
  private let scratches: [RetentionScratch<Float>]

  package init(threads: Int = 1) {
    team = WorkerTeam(threads: threads)
    scratches = (0..<threads).map { _ in RetentionScratch() }
  }

  /// One thread with the given scratch memory, which may hold a substitute for the forms.
  package init(_ scratch: RetentionScratch<Float>) {
    team = WorkerTeam(threads: 1)
    scratches = [scratch]
  }

  package func scratch(_ thread: Int) -> RetentionScratch<Float> { scratches[thread] }
}
