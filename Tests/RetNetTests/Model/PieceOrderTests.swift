import Foundation
import Testing

@testable import RetNet

@Suite("Pieces of a text on several threads")
struct PieceOrderTests {
  struct Broken: Error, Equatable { var piece: Int }

  @Test("A piece passes each layer after the previous piece, whichever thread is faster")
  func order() {
    let (pieces, layers) = (7, 5)
    let order = PieceOrder(pieces: pieces)
    let passed = Lock([(piece: Int, layer: Int)]())
    DispatchQueue.concurrentPerform(iterations: pieces) { piece in
      order.compute(piece) {
        let turn = PieceOrder.Turn(order: order, piece: piece)
        for layer in 0..<layers {
          turn.wait(forLayer: layer)
          // Earlier pieces are slower, so that later ones would overtake them without synchronization.
          usleep(UInt32(100 * (pieces - piece)))
          passed.with { $0.append((piece, layer)) }
          turn.pass(layer: layer)
        }
      }
    }
    for layer in 0..<layers {
      #expect(passed.value.filter { $0.layer == layer }.map(\.piece) == Array(0..<pieces))
    }
    #expect(order.error == nil)
  }

  @Test("The error of the earliest failed piece is kept, and later pieces do not wait for a failed one")
  func failure() {
    let order = PieceOrder(pieces: 4)
    DispatchQueue.concurrentPerform(iterations: 4) { piece in
      order.compute(piece) {
        if piece == 1 { usleep(2000) }
        if piece == 1 || piece == 3 { throw Broken(piece: piece) }
        PieceOrder.Turn(order: order, piece: piece).waitForAllOfPrevious()
      }
    }
    #expect(order.error as? Broken == Broken(piece: 1))
  }

  @Test("Pieces after a failed one are not computed")
  func stops() {
    let order = PieceOrder(pieces: 3)
    var computed: [Int] = []
    for piece in 0..<3 {
      order.compute(piece) {
        computed.append(piece)
        if piece == 1 { throw Broken(piece: piece) }
      }
    }
    #expect(computed == [0, 1])
  }
}

/// A value that several threads change.
private final class Lock<Value>: @unchecked Sendable {  // every access holds the lock
  private let lock = NSLock()
  private var stored: Value

  init(_ value: Value) { stored = value }

  var value: Value { lock.withLock { stored } }

  func with(_ body: (inout Value) -> Void) { lock.withLock { body(&stored) } }
}
