import Foundation
import Testing

@testable import TerminalKit

@Suite("Colour pairs and signals")
struct PairCacheTests {
  private func colors(_ foreground: Int) -> PairCache.Colors {
    PairCache.Colors(foreground: foreground, background: nil)
  }

  @Test("A pair is defined once, and the terminal's default colours need none")
  func reuses() {
    var cache = PairCache(capacity: 3)
    #expect(cache.pair(for: PairCache.Colors()) == PairCache.Assignment(pair: 0, isNew: false, isReassigned: false))
    #expect(cache.pair(for: colors(1)) == PairCache.Assignment(pair: 1, isNew: true, isReassigned: false))
    #expect(cache.pair(for: colors(1)) == PairCache.Assignment(pair: 1, isNew: false, isReassigned: false))
    #expect(cache.pair(for: colors(2)).pair == 2)
  }

  @Test("If all pairs are in use, the least recently used is replaced")
  func evicts() {
    var cache = PairCache(capacity: 2)
    _ = cache.pair(for: colors(1))
    _ = cache.pair(for: colors(2))
    _ = cache.pair(for: colors(1))
    #expect(cache.pair(for: colors(3)) == PairCache.Assignment(pair: 2, isNew: true, isReassigned: true))
    #expect(cache.pair(for: colors(1)).isNew == false)
    #expect(cache.pair(for: colors(2)).isReassigned)
  }

  @Test("Without pairs everything is pair 0")
  func noPairs() {
    var cache = PairCache(capacity: 0)
    #expect(cache.pair(for: colors(5)) == PairCache.Assignment(pair: 0, isNew: false, isReassigned: false))
  }

  @Test("A signal that would end the program is read from a pipe")
  func signals() async throws {
    let pipe = try SignalPipe(signals: [SIGUSR1, SIGUSR2])
    #expect(pipe.next() == nil)
    kill(getpid(), SIGUSR1)
    var received: Int32?
    for await signal in pipe.signals() {
      received = signal
      break
    }
    #expect(received == SIGUSR1)
    pipe.close()
    let again = try SignalPipe(signals: [SIGUSR2])
    again.close()
  }
}
