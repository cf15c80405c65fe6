import Dispatch
import Foundation
import TerminalKit

/// Catches SIGINT, SIGTERM and SIGHUP, so that work can stop between two steps.
///
/// If a step takes longer than a second, as while a pipe accepts no output, another signal ends the program at once.
///
/// A closed terminal sends SIGHUP. It stays ignored if it already is, as under `nohup`.
///
/// Unchecked Sendable: the lock protects the mutable state.
final class StopRequest: @unchecked Sendable {
  private let lock = NSLock()
  private var received: (signal: Int32, time: ContinuousClock.Instant)?
  private let sources: [DispatchSourceSignal]
  /// What the signals did before, restored by `deinit`.
  private let previous: [(number: Int32, handler: Handler)]
  private typealias Handler = (@convention(c) (Int32) -> Void)?

  /// The first signal that was received, if any.
  var signal: Int32? { lock.withLock { received?.signal } }

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
    let first = lock.withLock {
      defer { received = received ?? (number, .now) }
      return received
    }
    if let first, .now - first.time > .seconds(1) { FatalSignals.endProgram(128 + number) }
  }

  private static func isIgnored(_ handler: Handler) -> Bool {
    unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  deinit {
    for source in sources { source.cancel() }
    for (number, handler) in previous { Foundation.signal(number, handler) }
  }
}
