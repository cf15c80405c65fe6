import Testing

@testable import RetNet

@Suite("Contention")
struct ContentionTests {
  private let millisecond: UInt64 = 1_000_000

  @Test("A wait much longer than a part pauses the helpers, longer each time")
  func lateHelpers() {
    var contention = Contention()
    var now = 1000 * millisecond
    var rests: [UInt64] = []
    for _ in 0..<8 {
      let isShared = contention.allowsHelpers(at: now)
      #expect(isShared)
      contention.recordWait(from: now, to: now + 3 * millisecond, partTime: millisecond / 100)
      now += 3 * millisecond
      let begun = now
      while !contention.allowsHelpers(at: now) { now += millisecond }
      rests.append((now - begun) / millisecond)
    }
    #expect(rests == [10, 20, 40, 80, 160, 320, 320, 320])
    // A delay long after the previous one starts with the shortest pause.
    now += 500 * millisecond
    contention.recordWait(from: now, to: now + 3 * millisecond, partTime: 0)
    now += 3 * millisecond
    let (early, late) = (
      contention.allowsHelpers(at: now + 9 * millisecond), contention.allowsHelpers(at: now + 10 * millisecond)
    )
    #expect(!early)
    #expect(late)
  }

  @Test("Interruptions do not pause helpers while two threads are faster than one", arguments: [6, 13])
  func worthIt(sharedParts: Int) {
    var contention = Contention()
    var now = 1000 * millisecond
    /// Work in which a helper is 1 ms late.
    func interrupted() {
      contention.recordWork(sharedParts, from: now, to: now + 10 * millisecond, byOneThread: false)
      now += 10 * millisecond
      contention.recordWait(from: now - millisecond, to: now, partTime: millisecond / 100)
    }
    func isShared() -> Bool { contention.allowsHelpers(at: now) }
    interrupted()
    // The throughput of one thread is not known yet and must be measured.
    #expect(!isShared())
    contention.recordWork(10, from: now, to: now + 10 * millisecond, byOneThread: true)
    now += 10 * millisecond
    for _ in 0..<20 {
      #expect(isShared())
      interrupted()
      if sharedParts < 10 {
        #expect(!isShared())
        now += 400 * millisecond
        contention.recordWork(10, from: now - millisecond * 10, to: now, byOneThread: true)
      }
    }
    // The measurement expires.
    now += 3000 * millisecond
    interrupted()
    #expect(!isShared())
  }

  @Test("Waiting as long as a part takes is no delay")
  func longParts() {
    var contention = Contention()
    let now = 1000 * millisecond
    contention.recordWait(from: now, to: now + 8 * millisecond, partTime: 2 * millisecond)
    let afterLongPart = contention.allowsHelpers(at: now + 8 * millisecond)
    contention.recordWait(from: now, to: now + millisecond / 10, partTime: 0)
    let afterShortWait = contention.allowsHelpers(at: now + 9 * millisecond)
    #expect(afterLongPart)
    #expect(afterShortWait)
  }
}
