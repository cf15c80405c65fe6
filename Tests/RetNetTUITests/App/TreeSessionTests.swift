import Foundation
import TestSupport
import Testing

@testable import RetNet
@testable import RetNetSession
@testable import RetNetTUI
@testable import TerminalKit

/// The tree of replies with a model, from keys to the screen.
@Suite("The tree of replies with a model")
@MainActor struct TreeSessionTests {
  private static func model() throws -> (LoadedModel, Engine) {
    let tokenizer = try TrainedTokenizer.unigram.get()
    let model = RetNetModel.small(tokenizer)
    let engine = try Engine(model: model, tokenizer: tokenizer, norms: model.norms, sampling: SamplingOptions())
    let info = ModelInfo(name: "small", configuration: model.configuration, sampling: SamplingOptions())
    return (LoadedModel(info: info, engine: engine), engine)
  }

  private func app() async throws -> (AppCore, Engine) {
    let (model, engine) = try Self.model()
    var settings = ChatSettings()
    settings.speed = nil
    settings.maximumTokens = 20
    let core = AppCore(AppState(columns: 80, rows: 24, settings: settings), model: model) { name, _ in
      throw ModelCatalogError.unknown(name: name, bundled: [])
    }
    await type("where is the cat?", core)
    return (core, engine)
  }

  private func type(_ line: String, _ core: AppCore) async {
    core.state.focus = .input
    for character in line { core.receive(.key(.character(character))) }
    core.receive(.key(.enter))
    await core.finish()
  }

  private func press(_ keys: [Key], _ core: AppCore) async {
    core.state.focus = .panes
    for key in keys {
      core.receive(.key(key))
      await core.finish()
    }
  }

  /// Expects the app to show the engine's position, branch and turns.
  private func expectSynchronous(_ core: AppCore, _ engine: Engine) async throws {
    let session = await engine.session
    #expect(core.state.position == session.position)
    #expect(core.state.explorer.session.branch == session.branch)
    #expect(core.state.result?.state == (await engine.current.state))
    let turns = await engine.visit(common: 0).turns
    #expect(core.state.transcript.turns.map(\.text) == turns.map(\.text))
    let tokens = await engine.tokens
    for entry in core.state.tokens.past { #expect(entry.token == tokens[entry.index]) }
    let shown = core.state.session.probabilities[1].map(\.position)
    #expect(shown == shown.sorted())
    #expect((shown.last ?? 0) <= session.position)
  }

  @Test("Continuations grow beside each other, and the chosen one is continued and can be left again")
  func growth() async throws {
    let (core, engine) = try await app()
    try await expectSynchronous(core, engine)
    await press(["5", .home] + Array(repeating: .right, count: 10) + ["*"], core)
    let growth = try #require(core.state.tree.growth)
    #expect(growth.replies.count == 8)
    #expect(growth.complete == 8)
    #expect(!growth.isRunning)
    try await expectSynchronous(core, engine)
    #expect(await engine.session.branches.count == 9)
    let chosen = growth.replies[2]
    await press([.right, .right, .enter], core)
    try await expectSynchronous(core, engine)
    #expect(core.state.explorer.session.branch == chosen.branch)
    #expect(core.state.position >= growth.position + chosen.tokens.count)
    // Back to the first branch.
    await press(["U", .home, .enter], core)
    try await expectSynchronous(core, engine)
    #expect(core.state.explorer.session.branch == 0)
    #expect(core.state.position == 1)
  }

  @Test("Random visits keep the app and the engine at one node, with all earlier tokens")
  func visits() async throws {
    let (core, engine) = try await app()
    await press(["5"], core)
    var random = SeededGenerator(seed: 8)
    for round in 0..<12 {
      let branches = await engine.session.branches
      let branch = branches[random.index(below: branches.count)]
      let position = branch.fork + 1 + random.index(below: max(branch.length - branch.fork, 1))
      core.state.tree.page = .tree
      core.state.tree.node = ReplyTree.Node(branch: branch.id, position: min(position, branch.length))
      await press([.enter], core)
      try await expectSynchronous(core, engine)
      if round.isMultiple(of: 3) { await type(":grow 2 6", core) }
      if round.isMultiple(of: 4) {
        await press(["1"], core)
        #expect(core.state.tokens.entries.first.map(\.index) ?? 0 == 0)
        await press(["5"], core)
      }
    }
  }

  @Test("The blocks of the next tokens have the engine's probabilities, and picking two makes two steps")
  func blocks() async throws {
    let (core, engine) = try await app()
    await press(["5", .home] + Array(repeating: .right, count: 10) + [.enter, "M"], core)
    let mass = try #require(core.state.tree.mass)
    let best = try #require(await engine.nextToken?.best(1).first)
    #expect(mass.nodes[0].token == best.token)
    #expect(abs(mass.nodes[0].probability - best.probability) < 1e-6)
    #expect(!core.state.tree.isComputing)
    let position = core.state.position
    await press([.right], core)
    let path = mass.path(to: core.state.tree.block)
    await press([.enter], core)
    #expect(core.state.position == position + path.count)
    #expect(await engine.tokens.suffix(path.count) == path[...])
    try await expectSynchronous(core, engine)
  }

  @Test("Commands mark the current position, and the marks are part of the recorded session")
  func marks() async throws {
    let (core, engine) = try await app()
    await type(":bookmark cat", core)
    await type(":note the first reply", core)
    await type(":grow 2 4", core)
    let recorded = await engine.recording(SessionFile.Model(name: "", sha256: "")).marks
    #expect(recorded.map(\.bookmark) == ["cat"])
    #expect(recorded.map(\.note) == ["the first reply"])
    #expect(core.state.explorer.session.marks == recorded)
  }

  @Test("Plain mode prints the tree, the continuations and the next tokens")
  func plain() async throws {
    nonisolated(unsafe) var output = ""  // written on the main actor only
    nonisolated(unsafe) var messages: [String] = []
    let streams = PlainChat.Streams(write: { output += $0 }, message: { messages.append($0) })
    var settings = ChatSettings()
    settings.maximumTokens = 12
    let chat = PlainChat(try Self.model().0, settings: settings, streams: streams) { name, _ in
      throw ModelCatalogError.unknown(name: name, bundled: [])
    }
    _ = await chat.run(line: "where is the cat?")
    _ = await chat.run(line: ":goto 9")
    output = ""
    _ = await chat.run(line: ":grow 3 5")
    let continuations = output.split(separator: "\n")
    #expect(continuations.count == 3)
    #expect(continuations.first?.hasPrefix("Continuation 1, branch 1, Σ ln p") == true)
    output = ""
    _ = await chat.run(line: ":bookmark start")
    _ = await chat.run(line: ":tree tree")
    #expect(output.contains("Branch 0, tokens 0 to 11"))
    #expect(output.contains("has the bookmark 'start'."))
    output = ""
    _ = await chat.run(line: ":tree tokens")
    #expect(output.contains("'"))
    #expect(output.contains("%"))
    messages = []
    _ = await chat.run(line: ":show-probabilities on")
    #expect(messages.first?.contains("Plain mode has no colours") == true)
  }
}
