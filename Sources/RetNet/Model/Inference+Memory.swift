extension Inference {
  /// The scratch memory of reading whole texts, without the weights and the state:
  ///
  ///     4 bytes · (parts · rows · (activations + logits) + threads · scores)
  ///
  /// A part is a piece that a thread computes; `rows` are the tokens of the longest piece, over the whole batch. The
  /// parallel form has one piece, and scores of time², for each thread that computes a head. The chunkwise form has
  /// scores of chunk².
  ///
  /// - Parameter rows: the tokens whose logits are computed.
  package func memory(batch: Int, time: Int, form: RetentionForm, rows: Rows) -> MemoryEstimate {
    let shape = model.configuration
    let pieces = pieces(time, batch: batch, form: form)
    let parts = Double(min(threads, pieces.count))
    let longest = pieces.first?.count ?? 0
    let activations =
      2 * shape.modelDim + 1 + shape.headDim
      + (model.architecture.blocks.first.map { RetentionBlock.Activations.numbersPerRow($0) } ?? 0)
    let logits = rows == .all ? shape.vocabularySize : 0
    let sharing = Double(min(threads, pieces.count > 1 ? pieces.count : shape.heads))
    let numbers =
      parts * Double(longest * batch) * Double(activations + logits)
      + sharing * form.scores(time: longest)
    let remedy =
      switch form {
      case .parallel: "use the chunkwise form (--form chunkwise), or a shorter text"
      case .chunkwise(let length) where length > Self.usualChunk:
        "use shorter chunks, such as \(Self.usualChunk) tokens (--chunk-length), or a shorter text"
      case .chunkwise, .recurrent: "use a shorter text or fewer threads (--threads)"
      }
    return MemoryEstimate(
      "the \(form) form of \(batch * time) tokens", bytes: numbers * Double(MemoryLayout<Float>.stride), remedy: remedy)
  }

  private static let usualChunk = 64

  /// Throws `ModelError.call` if the memory is not available. Scratch memory of earlier texts in the same form is reused.
  ///
  /// - Parameter returnedRows: of each text, the tokens whose logits are returned together.
  func requireMemory(
    batch: Int, time: Int, form: RetentionForm, rows: Rows, returnedRows: Int = 0
  ) throws(ModelError) {
    var memory = memory(batch: batch, time: time, form: form, rows: rows)
    let (scratch, held) = (memory.bytes, scratchBytes[form] ?? 0)
    memory.bytes += 4 * Double(batch * returnedRows) * Double(model.configuration.vocabularySize)
    do { try memory.require(available: availableMemory() + held) } catch { throw .call(error) }
    if scratch > max(held, MemoryEstimate.negligible) { scratchBytes[form] = scratch }
  }
}

extension RetentionForm {
  /// The numbers of QKᵀ ⊙ D that one thread holds for texts of `time` tokens.
  package func scores(time: Int) -> Double {
    switch self {
    case .parallel: Double(time) * Double(time)
    case .recurrent: 1
    case .chunkwise(let length): Double(min(length, time)) * Double(min(length, time))
    }
  }

  /// Throws `RetNetError.value` if the scores of one thread do not fit into the available memory.
  ///
  /// - Parameter bytes: of a number.
  package func requireMemory(time: Int, bytesPerNumber: Int = MemoryLayout<Float>.stride) throws(RetNetError) {
    try MemoryEstimate(
      "the \(self) form of \(time) tokens", bytes: scores(time: time) * Double(bytesPerNumber),
      remedy: "use the chunkwise form with chunks of 64 tokens, or a shorter text"
    ).require()
  }
}
