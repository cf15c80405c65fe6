/// `Inference` as packages that use this library see it: every argument is checked.
extension Inference {
  /// - Parameter threads: cores that one call may use, 1 to 256. Single steps give the same bits with any number of
  ///   them; whole texts differ by rounding.
  /// - Throws: `ModelError.call`.
  public convenience init(model: RetNetModel, threads: Int = 1) throws(ModelError) {
    do { try WorkerTeam.validate(threads: threads) } catch { throw .call(error) }
    self.init(model, threads: threads)
  }

  /// The state before the first token.
  ///
  /// - Parameter batch: texts side by side, 1 to 2²⁰.
  /// - Throws: `ModelError.call`.
  public func makeState(batch: Int = 1) throws(ModelError) -> ModelState {
    do { try RetNetError.require(batch: batch) } catch { throw .call(error) }
    return model.makeState(batch: batch)
  }

  /// Feeds whole texts, or the next part of each.
  ///
  /// - Parameters:
  ///   - tokens: `[batch][time]`, all of one length, at least one token.
  ///   - norms: the model's own where not given.
  ///   - rows: which tokens' logits are wanted.
  ///   - state: what the tokens before have left, advanced past these; unchanged where an error is thrown.
  /// - Returns: the logits of the token after each, `[batch, rows, vocabulary]`, rows being time, 1 or 0.
  /// - Throws: `ModelError`.
  public func logits(
    of tokens: [[Int]], form: RetentionForm = .chunkwise(length: 64), norms: NormOptions? = nil, rows: Rows = .all,
    state: inout ModelState
  ) throws(ModelError) -> Tensor {
    do { try form.validate() } catch { throw .call(error) }
    let time = try validate(tokens, state)
    let values: [Float]
    do {
      values = try logits(tokens, form: form, norms: norms ?? model.norms, state: &state, rows: rows)
    } catch {
      // `feed` throws what `emit` throws as well, which is nothing here.
      guard let error = error as? ModelError else { preconditionFailure("\(error) is no error of a model") }
      throw error
    }
    let count = rows == .all ? time : rows == .last ? 1 : 0
    return Tensor(checked: values, shape: [tokens.count, count, model.configuration.vocabularySize])
  }

  /// Feeds one token to a state of one text (Eq. 6). Nothing is allocated on the way.
  ///
  /// - Parameters:
  ///   - norms: the model's own where not given.
  ///   - state: advanced past the token; undefined where `ModelError.notFinite` is thrown, else unchanged.
  ///   - logits: of the token after it, `[vocabulary]`, set.
  /// - Throws: `ModelError`.
  public func step(
    _ token: Int, norms: NormOptions? = nil, state: inout ModelState, into logits: inout [Float]
  ) throws(ModelError) {
    let vocabulary = model.configuration.vocabularySize
    guard logits.count == vocabulary else {
      throw .call(.shape(of: "array of logits", found: [logits.count], expected: "[\(vocabulary)]"))
    }
    let row = try step(token, norms: norms ?? model.norms, state: &state)
    logits.withUnsafeMutableBufferPointer { _ = $0.update(from: row) }
  }
}
