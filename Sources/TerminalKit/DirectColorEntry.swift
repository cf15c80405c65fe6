/// A compiled terminal description with 24-bit colours, derived from a terminal's own description.
///
/// Most terminals show 24-bit colours, but the descriptions that they name in TERM have 256. ncurses needs a description
/// with the capability RGB. The format is that of term(5), with 32-bit numbers and extended capabilities.
struct DirectColorEntry {
  /// Standard capabilities in the order of `<term.h>`; nil if the terminal lacks one.
  var names: String
  var flags: [Bool]
  var numbers: [Int32?]
  var strings: [[UInt8]?]
  /// Extended capabilities by name.
  var extendedFlags: [String] = []
  var extendedNumbers: [(name: String, value: Int32)] = []
  var extendedStrings: [(name: String, value: [UInt8])] = []

  /// The names of the standard capabilities in the order of `<term.h>`.
  struct Names {
    var flags: [String]
    var numbers: [String]
    var strings: [String]
  }

  /// Reads a terminal's description.
  ///
  /// - Parameters:
  ///   - name: the value of TERM.
  ///   - flag: whether the terminal has a capability. `number` and `string` return nil if it lacks one.
  init(
    _ name: String, names: Names, flag: (String) -> Bool, number: (String) -> Int32?, string: (String) -> [UInt8]?
  ) {
    self.names = name + "|with 24-bit colors"
    // No color of a 24-bit terminal can be redefined.
    flags = names.flags.map { $0 != "ccc" && flag($0) }
    numbers = names.numbers.map { $0 == "colors" ? Self.colors : $0 == "pairs" ? Self.pairs : number($0) }
    strings = names.strings.map { name in
      switch name {
      case "setaf": Self.select(38)
      case "setab": Self.select(48)
      case "setf", "setb", "scp", "initc", "initp", "oc": nil
      default: string(name)
      }
    }
    extendedFlags = ["RGB"] + Self.extendedFlagNames.filter(flag)
    extendedNumbers = Self.extendedNumberNames.compactMap { name in number(name).map { (name, $0) } }
    extendedStrings = Self.extendedStringNames.compactMap { name in string(name).map { (name, $0) } }
  }

  // Extended capabilities have no list: these are the ones that ncurses itself uses, and the keys with modifiers.
  private static let extendedFlagNames = ["AX", "XT", "G0", "NQ"]
  private static let extendedNumberNames = ["U8"]
  private static let extendedStringNames =
    ["XM", "xm", "E3", "Se", "Ss", "kUP", "kDN"]
    + ["UP", "DN", "LFT", "RIT", "HOM", "END", "IC", "DC", "NXT", "PRV"].flatMap { key in
      (3...8).map { "k\(key)\($0)" }
    }

  static let colors: Int32 = 0x100_0000
  static let pairs: Int32 = 0x1_0000

  /// SGR 38 or 48. The parameter is 0xRRGGBB; numbers below 8 are the palette's.
  static func select(_ base: Int) -> [UInt8] {
    Array(
      ("\u{1B}[%?%p1%{8}%<%t\(base / 10)%p1%d%e\(base);2;%p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;%p1%{255}%&%d%;m").utf8)
  }

  /// The bytes of the compiled description.
  var bytes: [UInt8] {
    var result = Bytes()
    let (names, table) = (Array(names.utf8) + [0], Table(strings))
    for value in [0o1036, names.count, flags.count, numbers.count, strings.count, table.bytes.count] {
      result.append(short: value)
    }
    result.all += names
    result.all += flags.map { $0 ? 1 : 0 }
    result.align()
    for number in numbers { result.append(long: number ?? -1) }
    for offset in table.offsets { result.append(short: offset) }
    result.all += table.bytes
    result.align()
    appendExtended(to: &result)
    return result.all
  }

  private func appendExtended(to result: inout Bytes) {
    let values = Table(extendedStrings.map(\.value))
    let all = extendedFlags + extendedNumbers.map(\.name) + extendedStrings.map(\.name)
    let names = Table(all.map { Array($0.utf8) })
    for value in [
      extendedFlags.count, extendedNumbers.count, extendedStrings.count, extendedStrings.count + all.count,
      values.bytes.count + names.bytes.count,
    ] { result.append(short: value) }
    result.all += extendedFlags.map { _ in 1 }
    result.align()
    for number in extendedNumbers { result.append(long: number.value) }
    for offset in values.offsets + names.offsets { result.append(short: offset) }
    result.all += values.bytes + names.bytes
  }

  /// Strings that end with zeros, and the offset of each; −1 for a missing one.
  private struct Table {
    var bytes: [UInt8] = []
    var offsets: [Int] = []

    init(_ strings: [[UInt8]?]) {
      for string in strings {
        offsets.append(string == nil ? -1 : bytes.count)
        if let string { bytes += string + [0] }
      }
    }
  }

  /// Little-endian numbers.
  private struct Bytes {
    var all: [UInt8] = []

    mutating func append(short value: Int) {
      all += [UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8)]
    }

    mutating func append(long value: Int32) {
      all += (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    /// The sections begin at even offsets.
    mutating func align() { if !all.count.isMultiple(of: 2) { all.append(0) } }
  }
}
