/// The forward pass of a model, with scratch memory that calls reuse. Not thread-safe: use one instance per thread.
///
/// A long text is computed in pieces, with the state carried from piece to piece. So memory does not grow with its
/// length, except in the parallel form, which computes all tokens at once.
public final class Inference {
  /// The model.
  public let model: RetNetModel
  /// The number of cores that one call may use.
  public var threads: Int { workers.team.threads }
  /// The threads that share one piece.
  private let workers: RetentionWorkers
  /// One per thread, if threads compute different pieces.
  private let soloWorkers: [RetentionWorkers]
  private let widths: HeadWidths
  /// nil if a substitute replaces the forms of retention.
  private let recurrentStep: RecurrentStep?
  /// One per thread.
  private var memories: [Memory]

  /// The most memory for the values of one piece, including the logits of all its tokens.
  private static let pieceBytes = 16 << 20
  /// The fewest rows for efficient products, and the number beyond which more rows gain little.
  private static let pieceRows = 64...256

  /// The most tokens of a piece in the recurrent and chunkwise forms, over the whole batch.
  let pieceLength: Int

  /// Bytes of the scratch memory of the largest text so far, by estimate; none if negligible.
  var scratchBytes: [RetentionForm: Double] = [:]
  /// Called after each piece of a text with the tokens that are read; from any thread.
  package var progress: (@Sendable (_ done: Int, _ of: Int) -> Void)?
  /// Bytes that this process can allocate; tests replace it.
  var availableMemory: () -> Double = { AvailableMemory.bytes }

  /// The tokens whose logits are computed.
  public enum Rows: Sendable {
    /// All tokens of the text.
    case all
    /// The last token of the text.
    case last
    /// No token: only the state advances.
    case none
  }

  /// - Parameter threads: the number of cores that one call may use. It does not change the bits of single steps; whole
  ///   texts differ by rounding.
  package convenience init(_ model: RetNetModel, threads: Int = 1) {
    let workers = RetentionWorkers(threads: threads)
    self.init(model, workers: workers, recurrentStep: RecurrentStep(model, workers: workers))
  }

  /// - Parameter computation: replaces the forms of retention; called for one head at a time, layer by layer.
  package convenience init(_ model: RetNetModel, computation: @escaping RetentionHead<Float>.Computation) {
    let scratch = RetentionScratch<Float>()
    scratch.substitute = computation
    self.init(model, workers: RetentionWorkers(scratch), recurrentStep: nil)
  }

  private init(_ model: RetNetModel, workers: RetentionWorkers, recurrentStep: RecurrentStep?) {
    self.model = model
    self.workers = workers
    self.recurrentStep = recurrentStep
    let threads = workers.team.threads
    soloWorkers = threads == 1 ? [workers] : (0..<threads).map { _ in RetentionWorkers() }
    memories = (0..<threads).map { _ in Memory(model.architecture, rows: 1) }
    let shape = model.configuration
    widths = HeadWidths(shape.retentionLayer)
    let numbers =
      8 * shape.modelDim + 2 * shape.keyDim + 5 * shape.valueDim + 3 * shape.feedForwardDim + shape.vocabularySize
    let fitting = Self.pieceBytes / (numbers * MemoryLayout<Float>.stride)
    pieceLength = min(max(fitting, Self.pieceRows.lowerBound), Self.pieceRows.upperBound)
  }

  /// The values of one piece. Blocks share it, as a block does not need the values of the previous one.
  private struct Memory {
    let rows: Int
    /// The residual stream, `[rows, modelDim]`.
    let stream: Buffer<Float>
    let normed: Buffer<Float>
    let inverse: Buffer<Float>
    let block: RetentionBlock.Activations?
    let logits = GrowingBuffer<Float>()

    init(_ architecture: RetNetArchitecture, rows: Int) {
      self.rows = rows
      let modelDim = architecture.configuration.modelDim
      stream = Buffer(count: rows * modelDim)
      normed = Buffer(count: rows * modelDim)
      inverse = Buffer(count: rows)
      block = architecture.blocks.first.map { RetentionBlock.Activations($0, rows: rows) }
    }
  }

  /// Reads tokens and returns logits.
  ///
  /// - Parameters:
  ///   - tokens: `[batch][time]`, all texts of the same length, at least one token.
  ///   - state: the state after the previous tokens, advanced past these. It is unchanged if an error is thrown.
  /// - Returns: `[batch, rows, vocabulary]`, where `rows` is time, 1 or 0.
  /// - Throws: `ModelError` for no tokens, unequal lengths, a token outside of the vocabulary or a value that is not
  ///   finite.
  package func logits(
    _ tokens: [[Int]], form: RetentionForm, norms: NormOptions, state: inout ModelState, rows: Rows = .all
  ) throws -> [Float] {
    let time = try validate(tokens, state)
    let vocabulary = model.configuration.vocabularySize
    let rowsOut = rows == .all ? time : rows == .last ? 1 : 0
    try requireMemory(batch: tokens.count, time: time, form: form, rows: rows, returnedRows: rowsOut)
    var result = [Float](repeating: 0, count: tokens.count * rowsOut * vocabulary)
    var next = state
    try feed(tokens, form: form, norms: norms, state: &next, rows: rows) { b, n, logits in
      let start = (b * rowsOut + (rows == .all ? n : 0)) * vocabulary
      for j in 0..<vocabulary { result[start + j] = logits[j] }
    }
    state = next
    return result
  }

  /// Reads validated tokens, after `requireMemory`, and calls `emit` with each row of logits as soon as it is computed.
  ///
  /// If there are several pieces, each thread computes whole ones through all layers, as a pipeline: a piece starts a
  /// layer's retention after the previous piece has advanced that layer's state.
  ///
  /// - Parameters:
  ///   - state: advanced in place, partially if an error is thrown.
  ///   - emit: called with batch entry, token index and logits, in the order of the tokens, never concurrently, from
  ///     any thread.
  /// - Throws: `ModelError` if a value is not finite, or the error of `emit`.
  func feed(
    _ tokens: [[Int]], form: RetentionForm, norms: NormOptions, state: inout ModelState, rows: Rows,
    emit: (_ batch: Int, _ token: Int, UnsafePointer<Float>) throws -> Void
  ) throws {
    let time = tokens.first?.count ?? 0
    let pieces = pieces(time, batch: tokens.count, form: form)
    // Before the threads start: they read `memories` at once.
    let most = tokens.count * (pieces.map(\.count).max() ?? 0)
    for thread in 0..<(pieces.count == 1 ? 1 : threads) where memories[thread].rows < most {
      memories[thread] = Memory(model.architecture, rows: most)
    }
    let order = PieceOrder(pieces: pieces.count)
    let position = state.position
    state.layers.withUnsafeMutableBufferPointer { layers in
      withoutActuallyEscaping(emit) { emit in
        let work = PieceWork { [self, layers] index, thread in
          let piece = pieces[index]
          let isLast = piece.upperBound == time
          order.compute(index) {
            try forward(
              tokens.map { $0[piece] }, position: position + piece.lowerBound, form: form, norms: norms, layers: layers,
              rows: rows == .last && !isLast ? .none : rows, thread: thread,
              turn: pieces.count > 1 ? PieceOrder.Turn(order: order, piece: index) : nil
            ) { b, n, logits in try emit(b, piece.lowerBound + n, logits) }
            progress?(piece.upperBound, time)
          }
        }
        workers.team.perform(work, parts: pieces.count)
      }
    }
    if let error = order.error { throw error }
  }

  private struct PieceWork: TeamWork {
    let compute: (_ piece: Int, _ thread: Int) -> Void

    func perform(part: Int, thread: Int) { compute(part, thread) }
  }

  /// Reads one token of one text in the recurrent form.
  ///
  /// - Parameters:
  ///   - state: advanced past the token; undefined if an error is thrown.
  ///   - trace: set to the step's trace unless nil.
  /// - Returns: the next token's logits, `[vocabulary]`, in memory that the next call overwrites.
  /// - Throws: `ModelError`, as `logits`.
  package func step(
    _ token: Int, norms: NormOptions, overrides: HeadOverrides = HeadOverrides(), state: inout ModelState,
    trace: UnsafeMutablePointer<StepTrace>? = nil
  ) throws(ModelError) -> UnsafeBufferPointer<Float> {
    guard let recurrentStep else { preconditionFailure("single steps need the recurrent form, not a substitute") }
    let vocabularySize = model.configuration.vocabularySize
    guard (0..<vocabularySize).contains(token) else {
      throw ModelError.tokenOutOfRange(token: token, index: 0, vocabularySize: vocabularySize)
    }
    try checkShape(state, texts: 1)
    trace?.pointee.layers.removeAll(keepingCapacity: true)
    trace?.pointee.layers.reserveCapacity(state.layers.count)
    let position = state.position
    let logits = try recurrentStep.run(token, norms: norms, overrides: overrides, state: &state) {
      (index, activations, layerState, x) throws(ModelError) in
      try checkFinite(
        x, layer: index, activations, form: .recurrent,
        parameters: model.architecture.parameters(of: model.architecture.blocks[index]),
        Self.oneToken, position)
      trace?.pointee.layers.append(
        StepTrace.Layer(widths, activations.retention, norms.retention, layerState, output: x))
    }
    try checkFinite(logits, form: .recurrent, parameters: headParameters, Self.oneToken, position)
    return UnsafeBufferPointer(start: logits.base, count: vocabularySize)
  }

  /// Sends idle threads to sleep at once instead of letting them spin, if no step follows soon.
  package func rest() { workers.team.rest() }

  private static let oneToken = Sequences(lengths: [1])

  package func validate(_ tokens: [[Int]], _ state: ModelState) throws(ModelError) -> Int {
    guard let time = tokens.first?.count, time > 0 else { throw ModelError.noTokens }
    guard tokens.allSatisfy({ $0.count == time }) else {
      throw ModelError.unequalLengths(lengths: tokens.map(\.count))
    }
    let vocabularySize = model.configuration.vocabularySize
    for text in tokens {
      for (index, token) in text.enumerated() where token < 0 || token >= vocabularySize {
        throw ModelError.tokenOutOfRange(token: token, index: index, vocabularySize: vocabularySize)
      }
    }
    try checkShape(state, texts: tokens.count)
    return time
  }

  private func checkShape(_ state: ModelState, texts: Int) throws(ModelError) {
    let shape = model.configuration
    for layer in state.layers
    where layer.batch != texts || layer.heads != shape.heads || layer.headDim != shape.headDim
      || layer.valueDim != shape.headValueDim || layer.position != state.position
    {
      throw stateShape(state, layer, texts: texts)
    }
    guard state.layers.count == shape.layers else { throw stateShape(state, state.layers.first, texts: texts) }
    do { try state.layers[0].requirePosition() } catch { throw ModelError.call(error) }
  }

  private func stateShape(_ state: ModelState, _ layer: RetentionState<Float>?, texts: Int) -> ModelError {
    let shape = model.configuration
    let found = layer.map { [$0.batch, $0.heads, $0.headDim, $0.valueDim] } ?? []
    return .stateShape(
      found: [state.layers.count] + found,
      expected: [shape.layers, texts, shape.heads, shape.headDim, shape.headValueDim])
  }

  /// The pieces of a text. In the chunkwise form they end at chunk boundaries, so that they do not change the result. A
  /// short text has one piece per thread if the pieces are long enough.
  func pieces(_ time: Int, batch: Int, form: RetentionForm) -> [Range<Int>] {
    let most = max(1, pieceLength / batch)
    let share = max((time + threads - 1) / threads, Self.pieceRows.lowerBound / batch)
    let length =
      switch form {
      case .parallel: time
      case .recurrent: min(share, most)
      case .chunkwise(let chunk):
        chunk >= time ? time : max(1, min((share + chunk - 1) / chunk, most / chunk)) * chunk
      }
    return stride(from: 0, to: time, by: length).map { $0..<min($0 + length, time) }
  }

  /// - Parameters:
  ///   - position: the position of the piece's first token.
  ///   - layers: the state of every layer.
  ///   - turn: set if other threads compute other pieces of the same text.
  private func forward(
    _ tokens: [ArraySlice<Int>], position: Int, form: RetentionForm, norms: NormOptions,
    layers: UnsafeMutableBufferPointer<RetentionState<Float>>, rows: Rows, thread: Int, turn: PieceOrder.Turn?,
    emit: (_ batch: Int, _ row: Int, UnsafePointer<Float>) throws -> Void
  ) throws {
    let (architecture, configuration) = (model.architecture, model.configuration)
    let sequences = Sequences(lengths: tokens.map(\.count), positions: tokens.map { _ in position })
    let weights = model.parameters.weights
    let memory = memories[thread]
    var pass = architecture.pass(
      sequences, form: form, norms: norms, workers: turn == nil ? workers : soloWorkers[thread], weights)
    pass.turn = turn
    let x = memory.stream.matrix(rows: sequences.rows, columns: configuration.modelDim)
    architecture.embed(tokens.joined(), into: x, scaled: x, inverse: memory.inverse.pointer, weights)
    for (index, block) in architecture.blocks.enumerated() {
      guard let activations = memory.block else { break }
      block.forward(x.view, into: x, state: &layers[index], activations: activations, pass)
      try checkFinite(
        x.view, layer: index, activations, form: form, parameters: architecture.parameters(of: block), sequences,
        position)
    }
    if rows == .none { return }

    let normed = architecture.normalizeForHead(
      x.view, into: memory.normed.matrix(rows: sequences.rows, columns: configuration.modelDim),
      inverse: memory.inverse.pointer, weights)
    let head = weights.stored(architecture.head)
    if rows == .all {
      let all = memory.logits.matrix(rows: sequences.rows, columns: configuration.vocabularySize)
      head.apply(to: normed, into: all)
      try checkFinite(all.view, form: form, parameters: headParameters, sequences, position)
      turn?.waitForAllOfPrevious()
      for (b, range) in sequences.ranges.enumerated() {
        for n in range { try emit(b, n - range.lowerBound, all.row(n)) }
      }
    } else {
      let logits = memory.logits.matrix(rows: 1, columns: configuration.vocabularySize)
      for (b, range) in sequences.ranges.enumerated() {
        let last = range.upperBound - 1
        head.apply(to: normed.rows(last..<last + 1), into: logits)
        try checkFinite(logits.view, form: form, parameters: headParameters, sequences, position + range.count - 1)
        try emit(b, range.count - 1, logits.base)
      }
    }
  }

  /// The parameters to check if logits are not finite.
  private var headParameters: [Parameter] {
    let architecture = model.architecture
    return [architecture.finalNorm?.weight, architecture.head].compactMap { $0 }
  }

  /// Throws for the first row with NaN or infinity, and names the head and the tensor that caused it.
  private func checkFinite(
    _ x: MatrixView<Float>, layer: Int? = nil, _ activations: RetentionBlock.Activations? = nil, form: RetentionForm,
    parameters: @autoclosure () -> [Parameter], _ sequences: Sequences, _ position: Int
  ) throws(ModelError) {
    for n in 0..<x.rows where !VectorMath.allFinite(x.row(n), count: x.columns) {
      // Values of the embedding are checked in the first layer.
      let architecture = model.architecture
      let first = [architecture.embedding, architecture.embeddingNorm?.weight].compactMap { $0 }
      let suspects = (layer == 0 ? first : []) + parameters()
      let bad = suspects.first { suspect in
        let values = model.parameters.values(suspect)
        return !VectorMath.allFinite(values, count: values.count)
      }
      let start = sequences.ranges.last { $0.lowerBound <= n }?.lowerBound ?? 0
      throw ModelError.notFinite(
        layer: layer, head: activations.flatMap { firstBrokenHead($0.retention, row: n) },
        tensor: bad.map { architecture.layout.entries[$0.index].name },
        position: position + n - start, form: form)
    }
  }

  /// The first head with a value of its retention that is not finite.
  private func firstBrokenHead(_ activations: MultiScaleRetentionLayer.Activations, row: Int) -> Int? {
    let (heads, valueDim) = (model.configuration.heads, model.configuration.headValueDim)
    return (0..<heads).first {
      !VectorMath.allFinite(activations.retained.pointer + (row * heads + $0) * valueDim, count: valueDim)
    }
  }
}
