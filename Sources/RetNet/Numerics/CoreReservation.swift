import Foundation
import Synchronization

/// Cores that the threads of models leave to something else for a while: a frame that is drawn, say, while the model
/// speaks.
///
/// Without asking, the system gives such work a core by taking it from a thread that others wait for.
package enum CoreReservation {
  private static let lent = Atomic(0)

  /// How many are lent now.
  package static var count: Int { lent.load(ordering: .relaxed) }

  /// Computes `body` on a core of its own: until it returns, every team of threads has one helper less.
  package static func borrow<Result>(_ body: () throws -> Result) rethrows -> Result {
    lent.add(1, ordering: .sequentiallyConsistent)
    defer { lent.subtract(1, ordering: .sequentiallyConsistent) }
    // The helper that leaves may have to finish its part on this very core.
    usleep(100)
    return try body()
  }
}
