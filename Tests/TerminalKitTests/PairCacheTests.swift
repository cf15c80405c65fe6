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

  @Test("Pairs are assigned as in a plain list by last use", arguments: [1, 2, 7, 50])
  func matchesList(capacity: Int) {
    var cache = PairCache(capacity: capacity)
    /// Colours by last use, the most recent last, and their pairs.
    var list: [(color: Int, pair: Int)] = []
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<5000 {
      // Most colours are used often, some rarely.
      let color = Int.random(in: 1...(Bool.random(using: &generator) ? capacity : 2 * capacity + 2), using: &generator)
      var expected = PairCache.Assignment(pair: list.count + 1, isNew: true, isReassigned: false)
      if let place = list.firstIndex(where: { $0.color == color }) {
        expected = PairCache.Assignment(pair: list.remove(at: place).pair, isNew: false, isReassigned: false)
      } else if list.count == capacity {
        expected = PairCache.Assignment(pair: list.removeFirst().pair, isNew: true, isReassigned: true)
      }
      list.append((color, expected.pair))
      #expect(cache.pair(for: colors(color)) == expected)
    }
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
