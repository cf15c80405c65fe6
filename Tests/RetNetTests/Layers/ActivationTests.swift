import Foundation
import TestSupport
import Testing

@testable import RetNet

@Suite("Activations")
struct ActivationTests {
  static let points: [Float] = (-120...120).map { Float($0) * 0.1 + 0.013 }

  @Test("Values equal the formulas in Double", arguments: Activation.allCases)
  func values(_ activation: Activation) {
    var found = Self.points
    activation.forward(Self.points, into: &found, count: found.count)
    for (x, y) in zip(Self.points, found) {
      let expected = PlainStack.activate(activation, Double(x))
      // The left tail of gelu is small but accurate in relative terms; the vector exponential is accurate to 2e-7.
      #expect(abs(Double(y) - expected) <= 1e-6 * abs(expected) + 1e-9, "\(activation)(\(x))")
    }
  }

  @Test("Derivatives equal central differences of the formulas, alone and in a gate", arguments: Activation.allCases)
  func slopes(_ activation: Activation) {
    let count = Self.points.count
    let (dy, other) = (Self.points.map { 0.5 + $0 * $0 * 0.01 }, Self.points.map { 1 - $0 * 0.1 })
    var dx = Self.points
    activation.backward(Self.points, dy: dy, into: &dx, count: count)
    var (gated, dGate, dOther) = (Self.points, Self.points, Self.points)
    let gate = Gate(activation: activation)
    gate.forward(Self.points, other, into: &gated, count: count)
    gate.backward(Self.points, other, dy: dy, dGate: &dGate, into: &dOther, count: count)
    let step = 1e-5
    for i in 0..<count {
      let x = Double(Self.points[i])
      let value = PlainStack.activate(activation, x)
      let slope =
        (PlainStack.activate(activation, x + step) - PlainStack.activate(activation, x - step)) / (2 * step)
      func close(_ found: Float, _ expected: Double) -> Bool {
        abs(Double(found) - expected) <= 2e-6 * max(1, abs(expected))
      }
      #expect(close(dx[i], slope * Double(dy[i])), "\(activation)′(\(x))")
      #expect(close(gated[i], value * Double(other[i])))
      #expect(close(dGate[i], slope * Double(other[i]) * Double(dy[i])))
      #expect(close(dOther[i], value * Double(dy[i])))
    }
  }

  @Test("An activation is found by its name; swish is silu")
  func names() {
    #expect(Activation(name: "swish") == .silu)
    #expect(Activation(name: "gelu") == .gelu)
    #expect(Activation(name: "tanh") == nil)
  }

  @Test("Neighbouring pairs have frequencies from 1 down to 1/10000")
  func neighbours() {
    let frequencies = XPos.neighbours(headDim: 10).frequencies
    for (found, expected) in zip(frequencies, [1, 0.1, 0.01, 0.001, 0.0001]) {
      #expect(abs(found - expected) < 1e-15)
    }
    #expect(XPos.neighbours(headDim: 2).frequencies == [1])
  }

  @Test("Dropout keeps the mean, drops the share p, and masks gradients like values")
  func dropout() {
    let count = 20_003
    let dropout = Dropout(probability: 0.25)
    let x = [Float](repeating: 1, count: count)
    var (y, dx, joined) = (x, x, x)
    dropout.forward(x, into: &y, key: 1 << 40 + 7, count: count)
    let share = Double(y.filter { $0 == 0 }.count) / Double(count)
    #expect(abs(share - 0.25) < 0.015)  // five deviations of √(0.25 · 0.75 / 20000)
    #expect(y.allSatisfy { $0 == 0 || abs($0 - 4 / 3) < 1e-6 })
    dropout.backward(x, into: &dx, key: 1 << 40 + 7, count: count)
    #expect(dx == y)
    dropout.join(x, times: 3, into: &joined, key: 1 << 40 + 7, first: 0, count: count)
    #expect(joined == y.map { $0 + 3 })
    // Entries computed in parts equal those computed at once.
    var part = Array(x[..<100])
    dropout.join(Array(repeating: 0, count: 100), times: 1, into: &part, key: 1 << 40 + 7, first: 77, count: 100)
    #expect(part == Array(y[77..<177]))
  }

  @Test(
    "What dropout leaves out at one place says nothing of its neighbours, of other keys, or of other halves of a key")
  func dropoutIsIndependent() {
    let count = 40_000
    let dropout = Dropout(probability: 0.5)
    let x = [Float](repeating: 1, count: count)
    let keys: [UInt64] = [1, 2, 3 << 32, 4 << 32, 0xDEAD_BEEF_0BAD_F00D]
    let drops = keys.map { key in
      var y = x
      dropout.forward(x, into: &y, key: key, count: count)
      return y.map { $0 == 0 }
    }
    func expectHalf(_ agreements: some Collection<Bool>, _ what: String) {
      let share = Double(agreements.count { $0 }) / Double(agreements.count)
      #expect(abs(share - 0.5) < 0.0125, "\(what)")  // five deviations of √(0.25 / 40000)
    }
    for (i, drop) in drops.enumerated() {
      expectHalf(drop, "share \(i)")
      for distance in [1, 2, 16, 64, 256] {
        expectHalf(zip(drop, drop.dropFirst(distance)).map { $0 == $1 }, "\(distance) on")
      }
      for other in drops[(i + 1)...] { expectHalf(zip(drop, other).map { $0 == $1 }, "another key") }
    }
  }
}
