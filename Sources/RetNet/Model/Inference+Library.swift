/// The public API, which checks every argument.
extension Inference {
  /// An inference of a model, with its scratch memory.
  ///
  /// - Parameters:
  ///   - model: the model. Its weights are shared, not copied.
  ///   - threads: the number of cores that one call may use, 1 to 256. It does not change the bits of single steps; whole
  ///     texts differ by rounding.
  /// - Throws: `ModelError.call`.
  public convenience init(model: RetNetModel, threads: Int = 1) throws(ModelError) {
    do { try WorkerTeam.validate(threads: threads) } catch { throw .call(error) }
    self.init(model, threads: threads)
  }

  /// The state before the first token.
  ///
  /// - Parameter batch: the number of texts, 1 to 2²⁰.
  /// - Returns: zeros for each layer, at position 0.
  /// - Throws: `ModelError.call` if the batch is out of range, or a layer's S has more than 2³¹ elements.
  public func makeState(batch: Int = 1) throws(ModelError) -> ModelState {
    let shape = model.configuration
    do throws(RetNetError) {
      let layer = try RetentionState<Float>(
        checkedBatch: batch, heads: shape.heads, headDim: shape.headDim, valueDim: shape.headValueDim)
      return ModelState(layers: Array(repeating: layer, count: shape.layers))
    } catch { throw .call(error) }
  }

  /// Reads whole texts, or the next part of each, and returns logits.
  ///
  /// - Parameters:
  ///   - tokens: `[batch][time]`, all texts of the same length, at least one token.
  ///   - form: how retention is computed. All forms give the same logits, to rounding.
  ///   - norms: the model's by default.
  ///   - rows: the tokens whose logits are computed.
  ///   - state: the state after the previous tokens, advanced past these. It is unchanged if an error is thrown.
  /// - Returns: the logits of the next token, `[batch, rows, vocabulary]`, where `rows` is time, 1 or 0.
  /// - Throws: ``ModelError``.
  public func logits(
    of tokens: [[Int]], form: RetentionForm = .chunkwise(length: 64), norms: NormOptions? = nil, rows: Rows = .all,
    state: inout ModelState
  ) throws(ModelError) -> Tensor {
    let norms = norms ?? model.norms
    let time = try validate(tokens, state)
    let shape = [tokens.count, rows == .all ? time : rows == .last ? 1 : 0, model.configuration.vocabularySize]
    do throws(RetNetError) {
      try form.validate()
      try norms.validate()
      try RetNetError.require(shape: shape, of: "tensor of logits")
    } catch { throw .call(error) }
    let values: [Float]
    do {
      values = try logits(tokens, form: form, norms: norms, state: &state, rows: rows)
    } catch {
      // `feed` also rethrows errors of `emit`; this `emit` throws none.
      guard let error = error as? ModelError else { preconditionFailure("unexpected error: \(error)") }
      throw error
    }
    return Tensor(checked: values, shape: shape)
  }

  /// Reads one token of one text (Eq. 6), without allocating memory.
  ///
  /// - Parameters:
  ///   - token: a number of the vocabulary, from 0.
  ///   - norms: the model's by default.
  ///   - state: the state of one text, advanced past the token. It is undefined after `ModelError.notFinite`, and
  ///     unchanged after any other error.
  ///   - logits: the logits of the next token, `[vocabulary]`, set.
  /// - Throws: ``ModelError``.
  public func step(
    _ token: Int, norms: NormOptions? = nil, state: inout ModelState, into logits: inout [Float]
  ) throws(ModelError) {
    let vocabulary = model.configuration.vocabularySize
    guard logits.count == vocabulary else {
      throw .call(.shape(of: "array of logits", found: [logits.count], expected: "[\(vocabulary)]"))
    }
    let norms = norms ?? model.norms
    do { try norms.validate() } catch { throw .call(error) }
    let row = try step(token, norms: norms, state: &state)
    logits.withUnsafeMutableBufferPointer { _ = $0.update(from: row) }
  }
}
