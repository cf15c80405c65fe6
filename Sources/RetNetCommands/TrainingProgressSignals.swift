import Dispatch
import Foundation

/// Notes SIGINT and SIGTERM, so that training can end between two steps instead of in the middle of one.
///
/// Unchecked Sendable: the lock protects the only thing that changes.
final class StopRequest: @unchecked Sendable {
  private let lock = NSLock()
  private var noted: Int32?
  private var sources: [DispatchSourceSignal] = []

  /// The signal that asked to stop, if one did.
  var signal: Int32? { lock.withLock { noted } }

  init() {
    sources = [SIGINT, SIGTERM].map { number in
      Foundation.signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { [weak self] in self?.note(number) }
      source.resume()
      return source
    }
  }

  private func note(_ number: Int32) {
    lock.withLock { noted = noted ?? number }
  }

  deinit {
    for source in sources { source.cancel() }
    for number in [SIGINT, SIGTERM] { Foundation.signal(number, SIG_DFL) }
  }
}
