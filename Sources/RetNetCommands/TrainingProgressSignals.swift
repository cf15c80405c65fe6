import Dispatch
import Foundation
import TerminalKit

/// Catches SIGINT, SIGTERM and SIGHUP, so that training can stop between two steps with a checkpoint.
///
/// If that takes longer than a second, as while a pipe accepts no output, another signal ends the program at once.
///
/// Unchecked Sendable: the lock protects the mutable state.
final class StopRequest: @unchecked Sendable {
  private let lock = NSLock()
  private var received: (signal: Int32, time: ContinuousClock.Instant)?
  private var sources: [(source: DispatchSourceSignal, previous: sig_t?)] = []

  /// The first signal that was received, if any.
  var signal: Int32? { lock.withLock { received?.signal } }

  init() {
    for number in [SIGINT, SIGTERM, SIGHUP] {
      let previous = Foundation.signal(number, SIG_IGN)
      // nohup ignores SIGHUP.
      if number == SIGHUP, unsafeBitCast(previous, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self) { continue }
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { [weak self] in self?.receive(number) }
      source.resume()
      sources.append((source, previous))
    }
  }

  private func receive(_ number: Int32) {
    let first = lock.withLock {
      defer { received = received ?? (number, .now) }
      return received
    }
    if let first, .now - first.time > .seconds(1) { FatalSignals.endProgram(128 + number) }
  }

  deinit {
    for (source, previous) in sources {
      source.cancel()
      _ = Foundation.signal(Int32(source.handle), previous)
    }
  }
}
