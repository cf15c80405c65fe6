import Testing

@testable import RetNet

@Suite("Contention")
struct ContentionTests {
  private let millisecond: UInt64 = 1_000_000

  @Test("A helper that is far later than a part takes is left alone for a while, and for longer each time")
  func lateHelpers() {
    var contention = Contention()
    var now = 1000 * millisecond
    var rests: [UInt64] = []
    for _ in 0..<8 {
      let isShared = contention.allowsHelp(at: now)
      #expect(isShared)
      contention.waited(from: now, to: now + 3 * millisecond, partTime: millisecond / 100)
      now += 3 * millisecond
      let begun = now
      while !contention.allowsHelp(at: now) { now += millisecond }
      rests.append((now - begun) / millisecond)
    }
    #expect(rests == [10, 20, 40, 80, 160, 320, 320, 320])
    // A delay long after the last is a first one again.
    now += 500 * millisecond
    contention.waited(from: now, to: now + 3 * millisecond, partTime: 0)
    now += 3 * millisecond
    let (early, late) = (
      contention.allowsHelp(at: now + 9 * millisecond), contention.allowsHelp(at: now + 10 * millisecond)
    )
    #expect(!early)
    #expect(late)
  }

  @Test("Interruptions are put up with as long as two threads get more done than one", arguments: [6, 13])
  func worthIt(sharedParts: Int) {
    var contention = Contention()
    var now = 1000 * millisecond
    /// A stretch of work in which a helper comes 1 ms late.
    func interrupted() {
      contention.performed(sharedParts, from: now, to: now + 10 * millisecond, byOneThread: false)
      now += 10 * millisecond
      contention.waited(from: now - millisecond, to: now, partTime: millisecond / 100)
    }
    func isShared() -> Bool { contention.allowsHelp(at: now) }
    interrupted()
    // How fast one thread is nobody knows yet: it has to be found out.
    #expect(!isShared())
    contention.performed(10, from: now, to: now + 10 * millisecond, byOneThread: true)
    now += 10 * millisecond
    for _ in 0..<20 {
      #expect(isShared())
      interrupted()
      if sharedParts < 10 {
        #expect(!isShared())
        now += 400 * millisecond
        contention.performed(10, from: now - millisecond * 10, to: now, byOneThread: true)
      }
    }
    // What was found out is forgotten after a while.
    now += 3000 * millisecond
    interrupted()
    #expect(!isShared())
  }

  @Test("Waiting for a part as long as parts take is no delay")
  func longParts() {
    var contention = Contention()
    let now = 1000 * millisecond
    contention.waited(from: now, to: now + 8 * millisecond, partTime: 2 * millisecond)
    let afterLongPart = contention.allowsHelp(at: now + 8 * millisecond)
    contention.waited(from: now, to: now + millisecond / 10, partTime: 0)
    let afterShortWait = contention.allowsHelp(at: now + 9 * millisecond)
    #expect(afterLongPart)
    #expect(afterShortWait)
  }
}
