import Testing

@testable import RetNet
@testable import RetNetTraining

@Suite("Threads")
struct ThreadsTests {
  private struct Failure: Error, Equatable {
    var index: Int
  }

  @Test("Results have the order of the calls for any number of threads", arguments: [1, 3, 50])
  func order(threads: Int) throws {
    var done: [Int] = []
    let squares = try Threads.map(20, threads: threads, done: { done.append($0) }) { $0 * $0 }
    #expect(squares == (0..<20).map { $0 * $0 })
    #expect(done == Array(1...20))
    #expect(try Threads.map(0, threads: threads) { $0 }.isEmpty)
  }

  @Test("The error of the first failed call is thrown", arguments: [1, 4])
  func failure(threads: Int) {
    #expect(throws: Failure(index: 7)) {
      try Threads.map(200, threads: threads) { index in
        if index >= 7 { throw Failure(index: index) }
      }
    }
  }
}
