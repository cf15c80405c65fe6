/// The element types of the safetensors format, with their names in the header.
package enum TensorType: String, Sendable, Hashable, CaseIterable {
  case f64 = "F64"
  case f32 = "F32"
  case f16 = "F16"
  case bf16 = "BF16"
  case f8e4m3 = "F8_E4M3"
  case f8e5m2 = "F8_E5M2"
  case i64 = "I64"
  case i32 = "I32"
  case i16 = "I16"
  case i8 = "I8"
  case u64 = "U64"
  case u32 = "U32"
  case u16 = "U16"
  case u8 = "U8"
  case bool = "BOOL"

  /// The name in `config.json` of a type for weights; nil for other types.
  package var torchName: String? {
    switch self {
    case .f32: "float32"
    case .f16: "float16"
    case .bf16: "bfloat16"
    default: nil
    }
  }

  /// The bytes of one element.
  package var size: Int {
    switch self {
    case .f64, .i64, .u64: 8
    case .f32, .i32, .u32: 4
    case .f16, .bf16, .i16, .u16: 2
    case .f8e4m3, .f8e5m2, .i8, .u8, .bool: 1
    }
  }
}

/// The entry of one tensor in a file's header.
package struct TensorInfo: Sendable, Hashable {
  package let name: String
  package let type: TensorType
  package let shape: [Int]
  /// The bytes of the elements in the file, row by row, little-endian.
  package let byteRange: Range<Int>

  /// The number of elements.
  package var count: Int { byteRange.count / type.size }
}
