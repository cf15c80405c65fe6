/// Which tensor of a folder's files holds each parameter of a model.
struct TensorPlaces {
  private let architecture: RetNetArchitecture
  private let files: TensorFiles
  /// The tensor's name for each parameter, in the layout's order.
  private let names: [String]

  /// - Throws: `CheckpointError` naming the first tensor that is missing or has another shape or no type of float.
  init(_ architecture: RetNetArchitecture, _ files: TensorFiles) throws {
    self.architecture = architecture
    self.files = files
    var byStrippedName: [String: String] = [:]
    for name in files.names where byStrippedName[TensorNames.stripped(name)] != TensorNames.stripped(name) {
      byStrippedName[TensorNames.stripped(name)] = name
    }
    let tensorNames = TensorNames(architecture.configuration)
    let tiedHead = architecture.configuration.tiedHead
    names = try architecture.layout.entries.map { entry in
      let others = tensorNames.alternatives(to: entry.name, tiedHead: tiedHead)
      guard let name = ([entry.name] + others).lazy.compactMap({ byStrippedName[$0] }).first else {
        throw CheckpointError.missingTensor(name: entry.name, path: files.path)
      }
      try files.check(name, is: entry.shape)
      _ = try files.numbers(name)
      return name
    }
  }

  /// The tensor that holds a parameter.
  func name(of parameter: Parameter) -> String { names[parameter.index] }

  /// All numbers in memory of their own, in Float32.
  func expanded() throws -> ModelParameters {
    let parameters = ModelParameters(count: architecture.layout.count)
    try parameters.withMutablePointer { base in
      for (entry, name) in zip(architecture.layout.entries, names) {
        try files.read(name, into: UnsafeMutableBufferPointer(start: base + entry.offset, count: entry.count))
      }
    }
    return parameters
  }

  /// The numbers where the mapped files have them.
  func mapped() throws -> MappedWeights {
    try MappedWeights(architecture.layout, files: files) { entry in
      let name = names[entry.index]
      let (info, bytes) = try files.mapped(name)
      return MappedWeights.Source(bytes: bytes, element: Self.element(info.type)) { try files.read(name, into: $0) }
    }
  }

  /// The numbers in memory of their own, in the types that the files have.
  func copied() throws -> MappedWeights {
    let sizes = try names.map { (try files.mapped($0).bytes.count + 63) / 64 * 64 }
    let memory = OwnedBytes(count: sizes.reduce(0, +))
    var end = 0
    return try MappedWeights(architecture.layout, files: memory) { entry in
      let name = names[entry.index]
      let (info, bytes) = try files.mapped(name)
      let copy = memory.bytes(end, count: bytes.count)
      end += sizes[entry.index]
      UnsafeMutableRawBufferPointer(start: copy, count: bytes.count).copyMemory(from: bytes)
      return MappedWeights.Source(
        bytes: UnsafeRawBufferPointer(start: copy, count: bytes.count), element: Self.element(info.type)
      ) { try files.read(name, into: $0) }
    }
  }

  private static func element(_ type: TensorType) -> StoredMatrix.Element? {
    switch type {
    case .f32: .f32
    case .bf16: .bf16
    case .f16: .f16
    default: nil
    }
  }

  /// Tensors that no parameter takes, but for buffers and for a duplicate of a weight that the head shares.
  func unused() throws -> [String] {
    let used = Set(names)
    let tensorNames = TensorNames(architecture.configuration)
    let embedding = names[architecture.embedding.index]
    return try files.names.filter { name in
      if used.contains(name) || TensorNames.isBuffer(name) { return false }
      let isHead = TensorNames.stripped(name) == tensorNames.head
      return try !(isHead && architecture.configuration.tiedHead && isSame(name, embedding))
    }
  }

  private func isSame(_ name: String, _ other: String) throws -> Bool {
    let (a, b) = (try files.mapped(name), try files.mapped(other))
    return a.info.type == b.info.type && a.info.shape == b.info.shape && a.bytes.elementsEqual(b.bytes)
  }
}
