import Dispatch
import Foundation

/// Catches SIGINT and SIGTERM, so that training can stop between two steps.
///
/// Unchecked Sendable: the lock protects the mutable state.
final class StopRequest: @unchecked Sendable {
  private let lock = NSLock()
  private var received: Int32?
  private var sources: [DispatchSourceSignal] = []

  /// The first signal that was received, if any.
  var signal: Int32? { lock.withLock { received } }

  init() {
    sources = [SIGINT, SIGTERM].map { number in
      Foundation.signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { [weak self] in self?.receive(number) }
      source.resume()
      return source
    }
  }

  private func receive(_ number: Int32) {
    lock.withLock { received = received ?? number }
  }

  deinit {
    for source in sources { source.cancel() }
    for number in [SIGINT, SIGTERM] { Foundation.signal(number, SIG_DFL) }
  }
}
