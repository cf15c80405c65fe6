import CKernels
import Foundation
import Synchronization

/// The order in which pieces of a text pass the layers, each computed by one thread: a piece reads a layer's state once the
/// piece before has advanced it.
package final class PieceOrder: Sendable {
  /// How far a piece is: the number of layers that it has passed, `Int.max` when it is done.
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

  /// What the earliest of the pieces that failed has thrown.
  package var error: (any Error)? { failure.withLock { $0?.error } }

  /// Computes a piece unless an earlier one has failed. A piece that fails counts as done, so that later ones do not block.
  package func compute(_ piece: Int, _ body: () throws -> Void) {
    defer { progress[piece].layers.store(.max, ordering: .releasing) }
    if failure.withLock({ $0.map { $0.piece < piece } ?? false }) { return }
    do {
      try body()
    } catch {
      failure.withLock { if piece < $0?.piece ?? .max { $0 = Failure(piece: piece, error: error) } }
    }
  }

  /// One piece's place in the order.
  package struct Turn {
    package let order: PieceOrder
    package let piece: Int

    /// Waits until the piece before has passed the layer.
    package func wait(forLayer layer: Int) { waitForPrevious { $0 > layer } }

    package func pass(layer: Int) { order.progress[piece].layers.store(layer + 1, ordering: .releasing) }

    /// Waits until the piece before is done.
    func waitForAllOfPrevious() { waitForPrevious { $0 == .max } }

    private func waitForPrevious(_ isReached: (Int) -> Bool) {
      guard piece > 0 else { return }
      let previous = order.progress[piece - 1]
      var pauses = 0
      while !isReached(previous.layers.load(ordering: .acquiring)) {
        // Threads that run in step wait for microseconds; one that has lost its core may need this one.
        if pauses < 1_000 { retnet_spin_pause() } else { sched_yield() }
        pauses += 1
      }
    }
  }
}
