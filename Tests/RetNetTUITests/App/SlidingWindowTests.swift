import Testing

@testable import RetNetTUI

@Suite("Sliding window")
struct SlidingWindowTests {
  @Test("The window holds the last elements appended, without those removed at the end", arguments: [1, 2, 7, 64])
  func likeArray(limit: Int) {
    var window = SlidingWindow<Int>()
    var expected: [Int] = []
    for number in 0..<500 {
      if number % 5 == 3, !expected.isEmpty {
        window.removeLast()
        expected.removeLast()
      }
      window.append(number, keeping: limit)
      expected = (expected + [number]).suffix(limit)
      #expect(Array(window) == expected)
      #expect(window.prefix(3).indices.map { window[$0] } == Array(expected.prefix(3)))
    }
    window.removeAll()
    #expect(window.isEmpty)
  }

  @Test("Windows with the same elements are equal, whatever they dropped")
  func equality() {
    var (long, short) = (SlidingWindow<Int>(), SlidingWindow<Int>())
    for number in 0..<20 { long.append(number, keeping: 16) }
    for number in 4..<20 { short.append(number, keeping: 16) }
    #expect(long == short)
    #expect(long.hashValue == short.hashValue)
    short.removeLast()
    #expect(long != short)
  }

  @Test("An element that leaves the window is released at once, although its slot is not")
  func releases() {
    final class Owned: Hashable, Sendable {
      static func == (a: Owned, b: Owned) -> Bool { a === b }
      func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
    }
    var window = SlidingWindow<Owned>()
    weak var first: Owned?
    do {
      let owned = Owned()
      first = owned
      window.append(owned, keeping: 16)
    }
    for _ in 0..<15 { window.append(Owned(), keeping: 16) }
    #expect(first != nil)
    window.append(Owned(), keeping: 16)
    #expect(first == nil)
  }
}
