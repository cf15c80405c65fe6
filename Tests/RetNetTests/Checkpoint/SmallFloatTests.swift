import Testing

@testable import RetNet

@Suite("16-bit floats")
struct SmallFloatTests {
  /// A 16-bit float's value from its definition: sign, exponent and fraction bits.
  private func value(_ bits: UInt16, fractionBits: Int, bias: Int) -> Double {
    let exponents = 1 << (15 - fractionBits)
    let fraction = Int(bits) & ((1 << fractionBits) - 1)
    let exponent = (Int(bits) >> fractionBits) & (exponents - 1)
    let sign: Double = bits & 0x8000 == 0 ? 1 : -1
    if exponent == exponents - 1 { return fraction == 0 ? sign * .infinity : .nan }
    let significand = exponent == 0 ? fraction : fraction + (1 << fractionBits)
    return Double(
      sign: .plus, exponent: max(exponent, 1) - bias - fractionBits, significand: sign * Double(significand))
  }

  @Test("Each of the 65,536 patterns has the value of its sign, exponent and fraction, and converts back")
  func everyPattern() {
    var wrong: [UInt16] = []
    for bits in 0...UInt16.max {
      for (widened, narrowed, expected) in [
        (SmallFloat.float(half: bits), SmallFloat.half, value(bits, fractionBits: 10, bias: 15)),
        (SmallFloat.float(bfloat: bits), SmallFloat.bfloat, value(bits, fractionBits: 7, bias: 127)),
      ] as [(Float, (Float) -> UInt16, Double)] {
        if expected.isNaN {
          if !widened.isNaN || !isNaN(narrowed(widened), as: widened, narrowed) { wrong.append(bits) }
        } else if Double(widened) != expected || widened.sign != expected.sign || narrowed(widened) != bits {
          wrong.append(bits)
        }
      }
    }
    #expect(wrong == [])
  }

  private func isNaN(_ bits: UInt16, as wide: Float, _ narrow: (Float) -> UInt16) -> Bool {
    // Without the sign, a NaN's bits are above infinity's.
    bits & 0x7FFF > narrow(.infinity) && bits >> 15 == (wide.sign == .minus ? 1 : 0)
  }

  @Test("Narrowing from Float32 and Double rounds to nearest, ties to even")
  func rounding() {
    var wrong: [Double] = []
    func check(_ value: Double, _ expected: UInt16, _ narrow: (Float) -> UInt16) {
      if Double(Float(value)) == value, narrow(Float(value)) != expected { wrong.append(value) }
      if narrow(SmallFloat.roundedToOdd(value)) != expected { wrong.append(value) }
      if narrow(SmallFloat.roundedToOdd(-value)) != expected | 0x8000 { wrong.append(-value) }
    }
    for (narrow, fractionBits, bias, infinity) in [
      (SmallFloat.half, 10, 15, 0x7C00), (SmallFloat.bfloat, 7, 127, 0x7F80),
    ] as [((Float) -> UInt16, Int, Int, UInt16)] {
      for low in 0..<infinity {
        let below = value(low, fractionBits: fractionBits, bias: bias)
        let next = value(low + 1, fractionBits: fractionBits, bias: bias)
        // The neighbour above the largest value would be the next step; rounding to it gives infinity.
        let above = next.isFinite ? next : below + (below - value(low - 1, fractionBits: fractionBits, bias: bias))
        let middle = (below + above) / 2
        check(middle, low % 2 == 0 ? low : low + 1, narrow)
        check(middle.nextDown, low, narrow)
        check(middle.nextUp, low + 1, narrow)
      }
    }
    #expect(wrong == [])
  }

  @Test("Overflow and infinities give infinities, and NaN stays NaN")
  func extremes() {
    #expect(SmallFloat.half(.greatestFiniteMagnitude) == 0x7C00)
    #expect(SmallFloat.half(-.infinity) == 0xFC00)
    #expect(SmallFloat.half(.leastNonzeroMagnitude) == 0)
    #expect(SmallFloat.bfloat(.greatestFiniteMagnitude) == 0x7F80)
    #expect(SmallFloat.bfloat(-.infinity) == 0xFF80)
    #expect(SmallFloat.half(SmallFloat.roundedToOdd(.greatestFiniteMagnitude)) == 0x7C00)
    #expect(SmallFloat.bfloat(SmallFloat.roundedToOdd(-.infinity)) == 0xFF80)
    #expect(SmallFloat.roundedToOdd(.nan).isNaN)
    for payload in [0x7F80_0001, 0xFF80_0001, 0x7FFF_FFFF, 0xFFFF_FFFF] as [UInt32] {
      let nan = Float(bitPattern: payload)
      #expect(SmallFloat.float(half: SmallFloat.half(nan)).isNaN)
      #expect(SmallFloat.float(bfloat: SmallFloat.bfloat(nan)).isNaN)
    }
  }
}
