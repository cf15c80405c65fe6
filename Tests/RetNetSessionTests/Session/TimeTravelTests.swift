import TestSupport
import Testing

@testable import RetNet
@testable import RetNetSession

/// Navigation within a session restores the same bits.
@Suite("Time travel")
struct TimeTravelTests {
  static func engine(snapshots: Int = 40) throws -> Engine {
    let tokenizer = try TrainedTokenizer.unigram.get()
    let model = RetNetModel.small(tokenizer)
    var sampling = SamplingOptions()
    sampling.seed = 4
    return try Engine(
      model: model, tokenizer: tokenizer, norms: model.norms, sampling: sampling,
      snapshotBytes: snapshots * Snapshot.byteCount(model.configuration))
  }

  /// The state of a new model after plain steps with the session's tokens.
  static func replayed(_ engine: Engine) async throws -> ModelState {
    let inference = Inference(engine.model)
    var state = engine.model.makeState()
    let conversation = await engine.conversation
    for (token, options) in zip(conversation.tokens, conversation.options) {
      for edit in options.edits { state.apply(edit) }
      _ = try inference.step(token, norms: options.norms, overrides: options.changes, state: &state)
    }
    return state
  }

  private func steps(_ engine: Engine, _ count: Int) async throws -> [StepResult] {
    var results: [StepResult] = []
    for _ in 0..<count {
      guard let result = try await engine.step() else { break }
      results.append(result)
    }
    return results
  }

  private let norms = NormOptions(retention: RetentionNorms(norm1: true, norm2: true, norm3: .paper), group: .off)

  @Test("A session can begin with another state, and its results differ accordingly")
  func initialState() async throws {
    let engine = try Self.engine()
    let shape = engine.model.configuration
    let matrices = (0..<shape.layers).map { layer in (0..<shape.stateCount).map { Float(($0 + layer) % 7) - 3 } }
    let initial = InitialState(matrices: matrices, modelHash: "")
    try await engine.submit("where is the cat?")
    _ = try await steps(engine, 5)
    try await engine.begin(with: initial)
    #expect(await engine.tokens.isEmpty)
    try await engine.submit("where is the cat?")
    let result = try #require(try await steps(engine, 4).last)
    let tokens = await engine.tokens

    func state(after first: ModelState) throws -> ModelState {
      let inference = Inference(engine.model)
      var state = first
      for token in tokens { _ = try inference.step(token, norms: engine.model.norms, state: &state) }
      return state
    }
    #expect(result.state == (try state(after: initial.state(for: shape))))
    #expect(try await engine.state(of: .emptyStart) == (try state(after: engine.model.makeState())))
    #expect(try await engine.go(to: 1)?.state.position == 1)

    // The session's file records the initial state.
    let file = await engine.recording(SessionFile.Model(name: "m", sha256: "a"))
    #expect(try SessionFile(json: try file.json()) == file)
    let hash = initial.sha256
    let other = try Self.engine()
    await #expect(throws: SessionFileError.otherInitialState(expected: hash, found: nil)) {
      try await other.open(file, sha256: "a")
    }
    try await other.begin(with: initial)
    try await other.open(file, sha256: "a")
    _ = try await other.go(to: 4)
    #expect(await other.current.state == result.state)

    try await engine.begin(with: nil)
    try await engine.submit("where is the cat?")
    _ = try await steps(engine, 4)
    #expect(await engine.current.state == (try state(after: engine.model.makeState())))
  }

  @Test("Going to any step of a session, back and forth, restores it", arguments: [1, 3, 40])
  func anywhere(snapshots: Int) async throws {
    let engine = try Self.engine(snapshots: snapshots)
    try await engine.submit("where is the cat?")
    var results = try await steps(engine, 9)
    await engine.setNorms(norms)
    await engine.add(Experiment(.gamma(0.5), at: HeadIndex(layer: 1, head: 0)))
    results += try await steps(engine, 4)
    await engine.add(Experiment(.zero, at: HeadIndex(layer: 0, head: 1)))
    results += try await steps(engine, 5)
    await engine.endReply()
    try await engine.submit("who saw the dog")
    results += try await steps(engine, 12)
    for position in [3, 17, 2, results.count, 1, 13, 13, 14, results.count - 1, 9, 10] {
      let result = try #require(try await engine.go(to: position))
      let expected = results[position - 1]
      #expect(result.state == expected.state)
      #expect(result.trace == expected.trace)
      #expect(result.options == expected.options)
      #expect(result.candidates == expected.candidates)
      #expect(result.turnText == expected.turnText)
      #expect(result.turn == expected.turn)
      #expect(result.role == expected.role)
      #expect(await engine.session.length == results.count)
      #expect(await engine.snapshots.count <= snapshots)
    }
    #expect(try await engine.go(to: 0) == nil)
    #expect(try await engine.go(to: -5) == nil)
    #expect(try await engine.go(to: 10_000)?.state == results.last?.state)
  }

  @Test("Steps from an earlier position repeat the recorded tokens, and sample new ones after them")
  func record() async throws {
    let (one, other) = (try Self.engine(), try Self.engine())
    for engine in [one, other] { try await engine.submit("where is the cat?") }
    let results = try await steps(other, 40)
    _ = try await steps(one, 15)
    _ = try await one.go(to: 4)
    let again = try await steps(one, 36)
    #expect(again.map(\.token) == results.dropFirst(4).map(\.token))
    #expect(again.last?.state == results.last?.state)
    #expect(await one.session.branches.count == 1)
  }

  @Test("A token chosen at an earlier position forks a branch; both branches are kept")
  func branches() async throws {
    let engine = try Self.engine()
    try await engine.submit("where is the cat?")
    let results = try await steps(engine, 14)
    let at = try #require(try await engine.go(to: 10))
    let other = try #require(at.candidates.first { $0.token != results[10].token && $0.token > 3 })
    let picked = try await engine.pick(other.token)
    #expect(picked.token == other.token)
    #expect(picked.position == 11)
    #expect(picked.role == .reply)
    #expect(picked.state != results[10].state)
    let more = try await steps(engine, 2)
    let session = await engine.session
    #expect(session.branches.map(\.id) == [0, 1])
    #expect(session.branch == 1)
    #expect(session.branches.map(\.fork) == [0, 10])
    #expect(session.branches.map(\.length) == [14, 11 + more.count])

    #expect(try await engine.select(branch: 0)?.state == results[9].state)
    #expect(try await engine.go(to: 14)?.state == results[13].state)
    #expect(try await engine.select(branch: 1)?.state == results[9].state)
    #expect(try await engine.go(to: 11)?.state == picked.state)
    #expect(try await engine.go(to: 99)?.state == more.last?.state ?? picked.state)
    await #expect(throws: EngineError.noBranch(id: 7, count: 2)) { try await engine.select(branch: 7) }
  }

  @Test(
    "The token on record, chosen by hand, begins no branch; one that ends the reply is refused; so is no token at all")
  func picking() async throws {
    let engine = try Self.engine()
    try await engine.submit("where is the cat?")
    let results = try await steps(engine, 12)
    _ = try await engine.go(to: 6)
    #expect(try await engine.pick(results[6].token).state == results[6].state)
    #expect(await engine.session.branches.count == 1)
    #expect(try await engine.go(to: 99)?.role == .reply)
    await #expect(throws: EngineError.endsReply) { try await engine.pick(engine.tokenizer.eos ?? 2) }
    #expect(try await engine.step() == nil)
    await #expect(throws: ModelError.self) { try await engine.pick(1 << 20) }
    await #expect(throws: ModelError.self) { try await engine.pick(-1) }
  }

  @Test("A norm change at an earlier position forks a branch; each branch keeps its norms")
  func settings() async throws {
    let engine = try Self.engine()
    try await engine.submit("where is the cat?")
    let results = try await steps(engine, 12)
    _ = try await engine.go(to: 7)
    await engine.setNorms(norms)
    let result = try #require(try await engine.step())
    #expect(result.norms == norms)
    #expect(result.position == 8)
    #expect(await engine.session.branches.map(\.length) == [12, 8])
    // The other branch continues under its norms.
    _ = try await engine.select(branch: 0)
    #expect(try await engine.go(to: 12)?.state == results[11].state)
    #expect(await engine.norms == NormOptions())
    _ = try await engine.select(branch: 1)
    #expect(await engine.norms == norms, "from the position of the change")
    _ = try await engine.go(to: 6)
    #expect(await engine.norms == NormOptions())
  }

  @Test("A norm change is undone like any experiment; several changes at one position count as one")
  func undoNorms() async throws {
    let engine = try Self.engine()
    await engine.setNorms(NormOptions(group: .off))
    await engine.setNorms(NormOptions())
    try await engine.submit("where is the cat?")
    let results = try await steps(engine, 9)
    var changed = NormOptions()
    changed.retention.norm2 = true
    await engine.setNorms(changed)
    await engine.setNorms(norms)
    #expect(await engine.session.experiments.map(\.experiment.kind) == [.norms(from: NormOptions(), to: norms)])
    _ = try await steps(engine, 3)
    #expect(try await engine.undoExperiment()?.state == results.last?.state)
    let session = await engine.session
    #expect(session.norms == NormOptions())
    #expect(session.experiments.isEmpty)
    await engine.setNorms(norms)
    await engine.setNorms(NormOptions())
    #expect(await engine.session.experiments.isEmpty, "back and forth is nothing")
  }

  @Test("Any sequence of steps, rewinds, branches and experiments gives the bytes of a plain run", arguments: 1...6)
  func anySequence(seed: UInt64) async throws {
    let engine = try Self.engine(snapshots: [1, 4, 20][Int(seed % 3)])
    var random = SeededGenerator(seed: seed)
    let shape = engine.model.configuration
    func place() -> HeadIndex {
      HeadIndex(layer: Int(random.next() % UInt64(shape.layers)), head: Int(random.next() % UInt64(shape.heads)))
    }
    try await engine.submit("where is the cat?")
    for _ in 0..<40 {
      switch random.next() % 11 {
      case 0, 1, 2, 3: _ = try await engine.step()
      case 4: _ = try await engine.back()
      case 5: _ = try await engine.go(to: Int(random.next() % UInt64(await engine.session.length + 1)))
      case 6:
        if let result = await engine.current.result,
          let token = result.candidates.last(where: { $0.token > 8 && $0.token < engine.tokenizer.vocabularySize })?
            .token
        {
          _ = try await engine.pick(token)
        }
      case 7:
        let kinds: [Experiment.Kind] = [
          .scale(0), .scale(1.5), .freeze(true), .freeze(false), .gamma(0.75), .gamma(nil), .zero, .copy(from: place()),
        ]
        await engine.add(Experiment(kinds[Int(random.next() % UInt64(kinds.count))], at: place()))
      case 8: _ = try await engine.undoExperiment()
      case 9: await engine.setNorms(random.next() % 2 == 0 ? norms : NormOptions(group: .rms))
      default:
        let ids = await engine.session.branches.map(\.id)
        _ = try await engine.select(branch: ids[Int(random.next() % UInt64(ids.count))])
      }
      let session = await engine.session
      #expect(await engine.current.position == session.position)
      #expect(session.position <= session.length)
      #expect(try await Self.replayed(engine) == engine.current.state)
    }
  }

  @Test("Undoing an experiment restores the bytes of the step before it, whatever follows", arguments: 1...6)
  func undo(seed: UInt64) async throws {
    let engine = try Self.engine()
    var random = SeededGenerator(seed: seed)
    try await engine.submit("where is the cat?")
    _ = try await steps(engine, 6 + Int(random.next() % 6))
    let (before, ways) = (await engine.current, await engine.session)
    let kinds: [Experiment.Kind] = [
      .scale(0), .freeze(true), .gamma(0.25), .zero, .copy(from: HeadIndex(layer: 1, head: 1)), .scale(2),
    ]
    await engine.add(Experiment(kinds[Int(seed) - 1], at: HeadIndex(layer: 0, head: 0)))
    let after = try await steps(engine, 5)
    if let first = after.first, before.position > 0 {
      // It has an effect from the next step on.
      _ = try await engine.go(to: before.position + 1)
      #expect(await engine.current.state == first.state)
    }
    if random.next() % 2 == 0 { _ = try await engine.back() }
    // The last experiment is undone first.
    if seed.isMultiple(of: 2) {
      await engine.setNorms(norms)
      _ = try await steps(engine, 2)
      _ = try await engine.undoExperiment()
    }
    let result = try await engine.undoExperiment()
    #expect(result?.state == before.state)
    #expect(result?.position == before.position)
    let session = await engine.session
    #expect(session.experiments == ways.experiments)
    #expect(session.branches.count >= ways.branches.count + (after.isEmpty ? 0 : 1))
    #expect(try await engine.undoExperiment()?.state == before.state, "without an experiment nothing moves")
  }

  @Test("A run stops at a token, an entropy, a norm, and a divergence of the forms, and only there")
  func breakpoints() async throws {
    let engine = try Self.engine()
    try await engine.submit("where is the cat?")
    let results = try await steps(engine, 40)
    func stops(at breakpoint: Breakpoint) async throws -> (position: Int, text: String)? {
      _ = try await engine.go(to: 0)
      await engine.setBreakpoints([breakpoint])
      while await engine.session.position < 40 {
        let batch = await engine.steps(for: .seconds(60), until: 40)
        if case .breakpoint(let text) = batch.end { return (batch.result?.position ?? 0, text) }
      }
      return nil
    }
    let highest = try #require(results.max { $0.entropy < $1.entropy })
    #expect(try await stops(at: .entropy(highest.entropy - 1e-6))?.position == highest.position)
    #expect(try await stops(at: .entropy(highest.entropy + 1)) == nil)
    let word = try #require(results.first { $0.role == .user && $0.piece.count > 2 })
    #expect(try await stops(at: .token(String(word.piece.dropFirst())))?.position == word.position)
    // Rounding errors are above 0 and far below 1.
    let found = try await stops(at: .divergence(.leastNormalMagnitude))
    #expect(found?.position.isMultiple(of: FormDivergence.chunkLength) == true)
    #expect(found?.text.contains("chunkwise") == true)
    #expect(try await stops(at: .divergence(1e-3)) == nil)
    // Going back is still possible from a later position.
    _ = try await engine.go(to: 3)
    #expect(await engine.steps(for: .zero).result?.position == 4)
  }
}
