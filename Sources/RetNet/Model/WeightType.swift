/// The number type of a model's matrices. Vectors (norm weights, biases) are always Float32.
package enum WeightType: String, Sendable, Hashable, CaseIterable {
  case f32, bf16, f16
  /// Integers of 8 bits, or of 4 bits with embedding and head in 8; each group of 64 has a scale.
  case int8, int4
}

extension RetNetModel {
  /// A copy of the model with matrices rounded to `type`.
  ///
  /// Float32 weights are one block, which training needs. Products read the other types directly.
  package func storing(_ type: WeightType) -> RetNetModel {
    let layout = architecture.layout
    guard type != .f32 else {
      let parameters = ModelParameters(count: layout.count)
      parameters.withMutablePointer { self.parameters.copy(layout, into: $0) }
      return RetNetModel(architecture, parameters)
    }
    let memory = MemoryArena(
      pieces: layout.entries.map(\.parameter).filter { !$0.isVector }.flatMap { matrix in
        let (element, columns) = (type.element(of: matrix, in: architecture), matrix.columns)
        return [element.rowBytes(columns: columns), element.scaleBytes(columns: columns)].map { $0 * matrix.rows }
      })
    var copies: [Buffer<Float>] = []
    let matrices = layout.entries.map(\.parameter).map { parameter in
      let values = Buffer(copying: parameters.values(parameter))
      let (rows, columns) = (parameter.rows, parameter.columns)
      guard !parameter.isVector else {
        copies.append(values)
        return StoredMatrix(base: values.pointer, element: .f32, rows: rows, columns: columns)
      }
      return StoredMatrix(values.pointer, as: type.element(of: parameter, in: architecture), rows, columns, in: memory)
    }
    let mapped = MappedWeights(layout, files: memory, matrices, copies: copies)
    return RetNetModel(architecture, ModelParameters(mapped))
  }
}

extension WeightType {
  /// The number type of one matrix. Under int4, embedding and head are int8: in 4 bits they would increase the loss as
  /// much as all other matrices together.
  package func element(of parameter: Parameter, in architecture: RetNetArchitecture) -> StoredMatrix.Element {
    switch self {
    case .f32: .f32
    case .bf16: .bf16
    case .f16: .f16
    case .int8: .int8
    case .int4: [architecture.embedding, architecture.head].contains(parameter) ? .int8 : .int4
    }
  }
}

extension StoredMatrix {
  /// Values `[rows, columns]` rounded to `element`, in memory owned by `memory`.
  fileprivate init(
    _ values: UnsafePointer<Float>, as element: Element, _ rows: Int, _ columns: Int, in memory: MemoryArena
  ) {
    let target = memory.allocate(byteCount: rows * element.rowBytes(columns: columns))
    self.init(base: target, element: element, rows: rows, columns: columns)
    if element.isScaled {
      let scales = memory.allocate(byteCount: rows * element.scaleBytes(columns: columns))
        .bindMemory(to: UInt16.self, capacity: rows * Self.groups(columns: columns))
      element.round(values, rows: rows, columns: columns, into: target, scales: scales)
      self.scales = UnsafePointer(scales)
    } else {
      FloatNarrowing.write(
        UnsafeBufferPointer(start: values, count: rows * columns), as: element == .f16 ? .f16 : .bf16, into: target)
    }
  }
}
