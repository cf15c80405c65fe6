/// Matrices of 8 and 4 bits in a model's files, with the scales of their groups of 64 columns:
///
///     NAME         I8 [rows, columns], or U8 [rows, columns / 2] with two numbers per byte, each stored as w + 8
///     NAME_scale   BF16 [rows, ⌈columns / 64⌉]
extension TensorFiles {
  /// The name of a tensor's scales.
  package static func scaleName(of name: String) -> String { name + "_scale" }

  /// Whether a tensor is a quantized matrix with scales.
  package func isScaled(_ name: String) -> Bool {
    info(name)?.type.element?.isScaled == true && info(Self.scaleName(of: name)) != nil
  }

  /// Throws `CheckpointError` unless a tensor fits a parameter of `shape`.
  ///
  /// - Parameter scaled: whether integers with scales are valid, as well as floats.
  package func check(_ name: String, holds shape: [Int], scaled: Bool) throws {
    guard let info = info(name) else { throw CheckpointError.missingTensor(name: name, path: path) }
    guard scaled, shape.count == 2, let element = info.type.element, element.canHold(columns: shape[1]) else {
      try check(name, is: shape)
      guard SafetensorsFile.floatTypes.contains(info.type) else {
        throw CheckpointError.wrongType(name: name, expected: SafetensorsFile.floatTypes, found: info.type)
      }
      return
    }
    try check(name, is: [shape[0], element.rowBytes(columns: shape[1])])
    _ = try scaledMatrix(name)
  }

  /// A matrix of int8 or int4 in the mapped files; nil for a tensor of another type.
  ///
  /// - Throws: `CheckpointError` if its scales are missing, or have another shape or type.
  func scaledMatrix(_ name: String) throws -> StoredMatrix? {
    let (info, bytes) = try mapped(name)
    guard let element = info.type.element, element.isScaled, info.shape.count == 2, let base = bytes.baseAddress else {
      return nil
    }
    let (rows, columns) = (info.shape[0], element == .int4 ? 2 * info.shape[1] : info.shape[1])
    let scaleName = Self.scaleName(of: name)
    try check(scaleName, is: [rows, StoredMatrix.groups(columns: columns)])
    let scales = try mapped(scaleName)
    guard scales.info.type == .bf16 else {
      throw CheckpointError.wrongType(name: scaleName, expected: [.bf16], found: scales.info.type)
    }
    return StoredMatrix(
      base: base, element: element, rows: rows, columns: columns,
      scales: scales.bytes.baseAddress?.assumingMemoryBound(to: UInt16.self))
  }
}

extension TensorType {
  /// The number type of a matrix of this tensor type; nil for a type without products.
  package var element: StoredMatrix.Element? {
    switch self {
    case .f32: .f32
    case .bf16: .bf16
    case .f16: .f16
    case .i8: .int8
    case .u8: .int4
    default: nil
    }
  }
}

extension StoredMatrix.Element {
  /// The tensor type in a file.
  package var tensorType: TensorType {
    switch self {
    case .f32: .f32
    case .bf16: .bf16
    case .f16: .f16
    case .int8: .i8
    case .int4: .u8
    }
  }
}
