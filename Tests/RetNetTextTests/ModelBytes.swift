/// Writes protobuf fields, independently of the writer in the library.
enum Protobuf {
  static func number(_ value: UInt64) -> [UInt8] {
    value < 0x80 ? [UInt8(value)] : [UInt8(value & 0x7F) | 0x80] + number(value >> 7)
  }

  static func field(_ number: Int, _ value: UInt64) -> [UInt8] { Self.number(UInt64(number) * 8) + Self.number(value) }

  static func field(_ number: Int, _ value: Float) -> [UInt8] {
    let bits = value.bitPattern
    return Self.number(UInt64(number) * 8 + 5) + (0..<4).map { UInt8(bits >> (8 * $0) & 0xFF) }
  }

  static func field(_ number: Int, _ value: [UInt8]) -> [UInt8] {
    Self.number(UInt64(number) * 8 + 2) + Self.number(UInt64(value.count)) + value
  }

  static func field(_ number: Int, _ value: String) -> [UInt8] { field(number, Array(value.utf8)) }
}

/// A small `tokenizer.model` that a test can change. Field numbers are those of `sentencepiece_model.proto`.
struct ModelBytes {
  struct Piece {
    var text: [UInt8]
    var score: Float = 0
    var type: UInt64 = 1

    init(_ text: String, _ score: Float = 0, type: UInt64 = 1) {
      (self.text, self.score, self.type) = (Array(text.utf8), score, type)
    }

    var bytes: [UInt8] {
      Protobuf.field(1, text) + Protobuf.field(2, score) + (type == 1 ? [] : Protobuf.field(3, type))
    }
  }

  static let (unknown, control, userDefined, unused, byte): (UInt64, UInt64, UInt64, UInt64, UInt64) = (2, 3, 4, 5, 6)
  static let (unigram, bpe, word, character): (UInt64, UInt64, UInt64, UInt64) = (1, 2, 3, 4)

  var pieces = [
    Piece("<unk>", type: unknown), Piece("<s>", type: control), Piece("</s>", type: control), Piece("▁", -2),
    Piece("a", -3), Piece("b", -3), Piece("ab", -4), Piece("▁a", -1),
  ]
  /// The fields of the training options.
  var trainer = Protobuf.field(3, unigram)
  /// The fields of the normalizer: no added or removed spaces.
  var normalizer = Protobuf.field(3, UInt64(0)) + Protobuf.field(4, UInt64(0))
  /// Fields after the others.
  var rest: [UInt8] = []

  var bytes: [UInt8] {
    pieces.flatMap { Protobuf.field(1, $0.bytes) } + Protobuf.field(2, trainer) + Protobuf.field(3, normalizer) + rest
  }

  func with(_ change: (inout ModelBytes) -> Void) -> [UInt8] {
    var copy = self
    change(&copy)
    return copy.bytes
  }

  /// All 256 byte pieces.
  static let bytePieces = (0..<256).map { value -> Piece in
    let digits = String(value, radix: 16, uppercase: true)
    return Piece("<0x\(digits.count == 1 ? "0" : "")\(digits)>", type: byte)
  }
}

/// A `precompiled_charsmap` with a block of 256 units for each node of the trie. Node 0 is the root; the children and
/// the value of node n are in block n + 1.
struct MapBytes {
  var units: [UInt32] = []
  var texts: [UInt8] = []
  /// The size that the map states; nil for the true one.
  var statedSize: UInt32?

  /// - Parameter rules: what replaces which bytes.
  init(_ rules: [([UInt8], String)]) {
    var children: [[UInt8: Int]] = [[:]]
    var values: [Int: Int] = [:]
    for (key, text) in rules {
      var node = 0
      for byte in key {
        if children[node][byte] == nil {
          children[node][byte] = children.count
          children.append([:])
        }
        node = children[node][byte] ?? 0
      }
      values[node] = texts.count
      texts += Array(text.utf8) + [0]
    }
    units = [UInt32](repeating: 1 << 31, count: 256 * (children.count + 1))
    var positions = [0: 0]
    for node in children.indices {
      let (base, position) = (256 * (node + 1), positions[node] ?? 0)
      units[position] = UInt32(position ^ base) << 10 | (node == 0 ? 0 : units[position] & 0xFF)
      for (byte, child) in children[node] {
        units[base ^ Int(byte)] = UInt32(byte)
        positions[child] = base ^ Int(byte)
      }
      if let value = values[node] {
        units[position] |= 0x100
        units[base] = 1 << 31 | UInt32(value)
      }
    }
  }

  var bytes: [UInt8] {
    Self.littleEndian(statedSize ?? UInt32(4 * units.count)) + units.flatMap(Self.littleEndian) + texts
  }

  func with(_ change: (inout MapBytes) -> Void) -> [UInt8] {
    var copy = self
    change(&copy)
    return copy.bytes
  }

  private static func littleEndian(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(value >> (8 * $0) & 0xFF) } }
}
