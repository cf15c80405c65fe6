import Foundation

/// The tensors of a folder's files that are the parameters of a model.
package struct CheckpointParameters {
  private let architecture: RetNetArchitecture
  private let files: TensorFiles
  /// The tensor name of each parameter, in the layout's order.
  private let names: [String]

  /// - Parameter quantization: the quantization in the configuration.
  /// - Throws: `CheckpointError` naming the first tensor that is missing or has another shape or type, or tensors that
  ///   the model does not use.
  package init(_ architecture: RetNetArchitecture, _ files: TensorFiles, quantization: WeightType?) throws {
    self.architecture = architecture
    self.files = files
    let tensorNames = TensorNames(architecture.configuration)
    var byStandardName: [String: String] = [:]
    for name in files.names {
      let standard = TensorNames.standard(name, in: architecture.configuration.dialect)
      if byStandardName[standard] != standard { byStandardName[standard] = name }
    }
    let tiedHead = architecture.configuration.tiedHead
    names = try architecture.layout.entries.map { entry in
      let alternatives = tensorNames.alternatives(to: entry.name, tiedHead: tiedHead)
      guard let name = ([entry.name] + alternatives).lazy.compactMap({ byStandardName[$0] }).first else {
        throw CheckpointError.missingTensor(name: entry.name, path: files.path)
      }
      try files.check(name, holds: entry.shape, scaled: quantization != nil)
      return name
    }
    let unused = try self.unused()
    guard unused.isEmpty else { throw CheckpointError.unusedTensors(names: unused, path: files.path) }
  }

  /// The name of a parameter's tensor.
  package func name(of parameter: Parameter) -> String { names[parameter.index] }

  /// The memory of loading the parameters, and of the state of one text. Mapped tensors need none, except those that
  /// are copied as Float32: vectors, and types without products.
  package func memory(_ storage: RetNetModel.Storage) -> MemoryEstimate {
    let bytes = zip(architecture.layout.entries, names).reduce(0.0) { sum, tensor in
      let (entry, name) = tensor
      let isCopied = entry.parameter.isVector || files.info(name)?.type.element == nil
      return switch storage {
      case .expanded: sum + Double(entry.count) * 4
      case .automatic: sum + Double(files.info(name)?.byteRange.count ?? 0) + (isCopied ? Double(entry.count) * 4 : 0)
      case .mapped: sum + (isCopied ? Double(entry.count) * 4 : 0)
      }
    }
    return MemoryEstimate(
      "the weights and the state of '\(files.path)'", bytes: bytes + Double(architecture.configuration.stateBytes),
      remedy: "use a smaller model, or one converted to bf16, int8 or int4 (retnet convert --type)")
  }

  /// A copy of all parameters as Float32.
  package func expanded() throws -> ModelParameters {
    let parameters = ModelParameters(count: architecture.layout.count)
    try parameters.withMutablePointer { base in
      for (entry, name) in zip(architecture.layout.entries, names) {
        try files.numbers(name).widen(0..<entry.count, into: base + entry.offset)
      }
    }
    return parameters
  }

  /// The parameters in the mapped files.
  package func mapped() throws -> MappedWeights {
    try MappedWeights(architecture.layout, files: files) { try source(names[$0.index]) }
  }

  /// A copy of all parameters in the number types of the files.
  package func copied() throws -> MappedWeights {
    let pieces = try names.map(bytes)
    let memory = MemoryArena(pieces: pieces.joined().map(\.count))
    return try MappedWeights(architecture.layout, files: memory) { parameter in
      let copies = pieces[parameter.index].map { piece in
        let copy = UnsafeMutableRawBufferPointer(start: memory.allocate(byteCount: piece.count), count: piece.count)
        copy.copyMemory(from: piece)
        return UnsafeRawBufferPointer(copy)
      }
      var source = try source(names[parameter.index])
      source.bytes = copies[0]
      if copies.count > 1 { source.scales = copies[1].baseAddress?.assumingMemoryBound(to: UInt16.self) }
      return source
    }
  }

  /// A tensor's bytes, and those of its scales if it has any.
  private func bytes(_ name: String) throws -> [UnsafeRawBufferPointer] {
    let numbers = try files.mapped(name).bytes
    return files.isScaled(name) ? [numbers, try files.mapped(TensorFiles.scaleName(of: name)).bytes] : [numbers]
  }

  /// A tensor in the mapped files.
  private func source(_ name: String) throws -> MappedWeights.Source {
    let (info, bytes) = try files.mapped(name)
    return MappedWeights.Source(
      bytes: bytes, element: info.type.element, scales: try files.scaledMatrix(name)?.scales
    ) { target in
      guard let base = target.baseAddress else { return }
      try files.numbers(name).widen(0..<target.count, into: base)
    }
  }

  /// Tensors that are no parameters, without known buffers and a duplicate of a tied weight.
  ///
  /// - Throws: `CheckpointError` for a buffer whose values differ from those that this program computes.
  private func unused() throws -> [String] {
    let used = Set(names + names.filter(files.isScaled).map(TensorFiles.scaleName))
    let tensorNames = TensorNames(architecture.configuration)
    let embedding = names[architecture.embedding.index]
    return try files.names.filter { name in
      if used.contains(name) { return false }
      if TensorNames.isBuffer(name, in: architecture.configuration.dialect) {
        try checkBuffer(name)
        return false
      }
      guard architecture.configuration.tiedHead else { return true }
      switch TensorNames.standard(name, in: architecture.configuration.dialect) {
      case tensorNames.head: return try !isSame(name, embedding)
      case TensorFiles.scaleName(of: tensorNames.head):
        let scales = TensorFiles.scaleName(of: embedding)
        return try files.info(scales) == nil || !isSame(name, scales)
      default: return true
      }
    }
  }

  private func checkBuffer(_ name: String) throws {
    let frequencies = architecture.configuration.rotation.frequencies
    let computed =
      switch name.split(separator: ".").last {
      case "decay"?: Decay(heads: architecture.configuration.heads).gammas.map { log($0) }
      case "angle"?: frequencies.flatMap { [$0, $0] }
      default: frequencies
      }
    let stored = try files.doubles(name)
    // A value in BF16 differs by up to 0.4 %.
    guard stored.count == computed.count, zip(stored, computed).allSatisfy({ abs($0 - $1) <= 0.01 * abs($1) }) else {
      throw CheckpointError.otherBuffer(name: name, path: files.path)
    }
  }

  private func isSame(_ name: String, _ other: String) throws -> Bool {
    let (a, b) = (try files.mapped(name), try files.mapped(other))
    return a.info.type == b.info.type && a.info.shape == b.info.shape && a.bytes.elementsEqual(b.bytes)
  }
}
