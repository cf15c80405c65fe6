import Dispatch
import Foundation

/// Catches SIGINT, SIGTERM and SIGHUP, so that work can stop between two steps.
///
/// A closed terminal sends SIGHUP. It stays ignored if it already is, as under `nohup`.
///
/// Unchecked Sendable: the lock protects the mutable state.
final class StopRequest: @unchecked Sendable {
  private let lock = NSLock()
  private var received: Int32?
  private let sources: [DispatchSourceSignal]
  /// What the signals did before, restored by `deinit`.
  private let previous: [(number: Int32, handler: Handler)]
  private typealias Handler = (@convention(c) (Int32) -> Void)?

  /// The first signal that was received, if any.
  var signal: Int32? { lock.withLock { received } }

  init() {
    previous = [SIGINT, SIGTERM, SIGHUP].compactMap { number in
      // The default action would end the process before the source reports the signal.
      let handler: Handler = Foundation.signal(number, SIG_IGN)
      return number == SIGHUP && Self.isIgnored(handler) ? nil : (number, handler)
    }
    sources = previous.map { DispatchSource.makeSignalSource(signal: $0.number, queue: .global()) }
    for (source, caught) in zip(sources, previous) {
      source.setEventHandler { [weak self] in self?.receive(caught.number) }
      source.resume()
    }
  }

  private func receive(_ number: Int32) {
    lock.withLock { received = received ?? number }
  }

  private static func isIgnored(_ handler: Handler) -> Bool {
    unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  deinit {
    for source in sources { source.cancel() }
    for (number, handler) in previous { Foundation.signal(number, handler) }
  }
}
