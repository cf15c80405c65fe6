import CKernels
import Foundation
import Synchronization

/// The order of the pieces of a text, each computed by one thread: a piece reads a layer's state after the previous
/// piece has advanced it.
package final class PieceOrder: Sendable {
  /// The number of layers that a piece has passed; `Int.max` when it is done.
  private final class Progress: Sendable {
    let layers = Atomic<Int>(0)
  }

  private struct Failure {
    let piece: Int
    let error: any Error
  }

  private let progress: [Progress]
  private let failure = Mutex<Failure?>(nil)

  package init(pieces: Int) { progress = (0..<pieces).map { _ in Progress() } }

  /// The error of the earliest piece that failed.
  package var error: (any Error)? { failure.withLock { $0?.error } }

  /// Computes a piece unless an earlier one has failed. A failed piece counts as done, so that later ones do not block.
  package func compute(_ piece: Int, _ body: () throws -> Void) {
    defer { progress[piece].layers.store(.max, ordering: .releasing) }
    if failure.withLock({ $0.map { $0.piece < piece } ?? false }) { return }
    do {
      try body()
    } catch {
      failure.withLock { if piece < $0?.piece ?? .max { $0 = Failure(piece: piece, error: error) } }
    }
  }

  /// One piece in the order.
  package struct Turn {
    package let order: PieceOrder
    package let piece: Int

    /// Waits until the previous piece has passed the layer.
    package func wait(forLayer layer: Int) { waitForPrevious { $0 > layer } }

    package func pass(layer: Int) { order.progress[piece].layers.store(layer + 1, ordering: .releasing) }

    /// Waits until the previous piece is done.
    func waitForAllOfPrevious() { waitForPrevious { $0 == .max } }

    private func waitForPrevious(_ isReached: (Int) -> Bool) {
      guard piece > 0 else { return }
      let previous = order.progress[piece - 1]
      var spins = 0
      while !isReached(previous.layers.load(ordering: .acquiring)) {
        // The wait is usually microseconds. If it is longer, the other thread may have lost its core and need this one.
        if spins < 1_000 { retnet_spin_pause() } else { sched_yield() }
        spins += 1
      }
    }
  }
}
