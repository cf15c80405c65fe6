/// Matrices of 8 and 4 bits in a model's files, each beside the scales of its groups of 64 columns:
///
///     NAME         I8 [rows, columns], or U8 [rows, columns / 2] with two numbers a byte, each stored as itself + 8
///     NAME_scale   BF16 [rows, ⌈columns / 64⌉]
extension TensorFiles {
  /// What the scales of a tensor are called.
  package static func scaleName(of name: String) -> String { name + "_scale" }

  /// Whether a tensor holds whole numbers that another one scales.
  package func isScaled(_ name: String) -> Bool {
    info(name)?.type.element?.isScaled == true && info(Self.scaleName(of: name)) != nil
  }

  /// Throws `CheckpointError` where a tensor has no numbers for a parameter of `shape`.
  ///
  /// - Parameter scaled: whether whole numbers with scales will do, as well as floats.
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

  /// A matrix of int8 or int4 where the files have it; nil where the tensor is of another type.
  ///
  /// - Throws: `CheckpointError` where its scales are missing, or of another shape or type.
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
  /// What a matrix of this type is kept as; nil where no product reads it.
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
  /// How a file names it.
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
