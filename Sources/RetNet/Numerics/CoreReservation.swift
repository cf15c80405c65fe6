import Foundation
import Synchronization

/// Cores that the models' threads leave free for other work, such as drawing a frame while the model generates.
///
/// Without a reservation, the scheduler preempts a worker that the other workers then wait for.
package enum CoreReservation {
  private static let reserved = Atomic(0)

  /// The number of cores reserved now.
  package static var count: Int { reserved.load(ordering: .relaxed) }

  /// Runs `body` with a core reserved for it: until it returns, every team of threads has one helper less.
  package static func borrow<Result>(_ body: () throws -> Result) rethrows -> Result {
    reserved.add(1, ordering: .sequentiallyConsistent)
    defer { reserved.subtract(1, ordering: .sequentiallyConsistent) }
    // The helper may have to finish its part on this core first.
    usleep(100)
    return try body()
  }
}
