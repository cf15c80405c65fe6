/// What the numbers of a model's matrices are kept as; vectors (norm weights, biases) are always Float32.
public enum WeightType: String, Sendable, Hashable, CaseIterable {
  case f32, bf16, f16
}

extension RetNetModel {
  /// The same model with its matrices rounded to `type`, in memory of its own.
  ///
  /// Float32 is one block, as training and evaluation want it; the others are read by products as they are stored.
  public func storing(_ type: WeightType) -> RetNetModel {
    let layout = architecture.layout
    guard let stored = type.stored else {
      let parameters = ModelParameters(count: layout.count)
      parameters.withMutablePointer { self.parameters.copy(layout, into: $0) }
      return RetNetModel(architecture, parameters)
    }
    let memory = OwnedBytes(count: layout.count * stored.tensor.size)
    var copies: [Buffer<Float>] = []
    let matrices = layout.entries.map { entry in
      let values = Buffer(copying: parameters.values(entry))
      let columns = entry.shape.last ?? 1
      let rows = entry.count / max(columns, 1)
      guard entry.shape.count > 1 else {
        copies.append(values)
        return StoredMatrix(base: values.pointer, element: .f32, rows: rows, columns: columns)
      }
      let target = memory.bytes(entry.offset * stored.tensor.size, count: entry.count * stored.tensor.size)
      FloatNarrowing.write(
        UnsafeBufferPointer(start: values.pointer, count: values.count), as: stored.tensor, into: target)
      return StoredMatrix(base: target, element: stored.element, rows: rows, columns: columns)
    }
    let mapped = MappedWeights(layout, files: memory, matrices, copies: copies)
    return RetNetModel(architecture, ModelParameters(mapped))
  }
}

extension WeightType {
  /// How products and files name a type that is not Float32.
  fileprivate var stored: (element: StoredMatrix.Element, tensor: TensorType)? {
    switch self {
    case .f32: nil
    case .bf16: (.bf16, .bf16)
    case .f16: (.f16, .f16)
    }
  }
}

/// Bytes that live as long as their owner, 64-byte aligned.
final class OwnedBytes {
  private let base: UnsafeMutableRawPointer
  let count: Int

  init(count: Int) {
    self.count = count
    base = LargePages.allocate(byteCount: max(count, 1))
  }

  deinit { base.deallocate() }

  func bytes(_ offset: Int, count: Int) -> UnsafeMutableRawPointer {
    precondition(offset >= 0 && offset + count <= self.count, "bytes \(offset)..<\(offset + count) of \(self.count)")
    return base + offset
  }
}
