/// Conversion between Float32 and the bit patterns of the 16-bit float types, in integer arithmetic on every machine.
///
/// Narrowing rounds to nearest, ties to even; infinities and NaN are preserved.
package enum SmallFloat {
  package static func float(bfloat bits: UInt16) -> Float { Float(bitPattern: UInt32(bits) << 16) }

  @inline(__always)
  package static func bfloat(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    let rounded = UInt16(truncatingIfNeeded: (bits &+ 0x7FFF &+ (bits >> 16 & 1)) >> 16)
    // A NaN keeps its upper bits. If these are zero, one is set: otherwise the result would be infinity.
    let upper = UInt16(truncatingIfNeeded: bits >> 16)
    let nan = upper | (upper & 0x007F == 0 ? 0x0040 : 0)
    return bits & 0x7FFF_FFFF > 0x7F80_0000 ? nan : rounded
  }

  package static func float(half bits: UInt16) -> Float {
    let sign = UInt32(bits & 0x8000) << 16
    let rest = UInt32(bits & 0x7FFF)
    let magnitude: Float
    switch rest {
    case 0..<0x0400: magnitude = Float(rest) * 0x1p-24  // zero and subnormals
    case 0x0400..<0x7C00: magnitude = Float(bitPattern: rest << 13 + (127 - 15) << 23)
    default: magnitude = Float(bitPattern: rest << 13 | 0x7F80_0000)  // infinity and NaN
    }
    return Float(bitPattern: magnitude.bitPattern | sign)
  }

  @inline(__always)
  package static func half(_ value: Float) -> UInt16 {
    let sign = value.bitPattern >> 16 & 0x8000
    let bits = value.bitPattern & 0x7FFF_FFFF
    // All four cases are computed, so that loops need no branches and are vectorized.
    let normal = (bits &- (127 - 15) << 23 &+ 0x0FFF &+ (bits >> 13 & 1)) >> 13
    // Below 2^−14: the spacing of Float at 0.5 is that of subnormal halves.
    let small = (Float(bitPattern: bits) + 0.5).bitPattern &- Float(0.5).bitPattern
    let infinity: UInt32 = 0x7C00
    let fraction = bits >> 13 & 0x03FF
    let nan = infinity | (fraction == 0 ? 0x0200 : fraction)
    let finite = bits < 0x3880_0000 ? small : normal
    let number = bits >= 0x4780_0000 ? infinity : finite  // 65,536 and above
    return UInt16(truncatingIfNeeded: sign | (bits > 0x7F80_0000 ? nan : number))
  }

  /// Rounds to odd: inexact results get an odd last bit, so that rounding them to a 16-bit type gives the same as
  /// rounding `value` directly.
  static func roundedToOdd(_ value: Double) -> Float {
    let near = Float(value)
    guard Double(near) != value, !value.isNaN, near.bitPattern & 1 == 0 else { return near }
    // The neighbours of an even value are odd. The one towards `value` is right.
    return Double(near) < value ? near.nextUp : near.nextDown
  }
}
