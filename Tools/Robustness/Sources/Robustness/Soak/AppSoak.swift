import Foundation

@testable import Lessons
@testable import RetNet
@testable import RetNetSession
@testable import RetNetTUI
@testable import RetNetText
@testable import TerminalKit
@testable import TestSupport

/// Long use of the app, without a screen: its state, its updates and a real engine.
@MainActor enum AppSoak {
  private static func core(seed: UInt64) throws -> (core: AppCore, engine: Engine) {
    let tokenizer = try TrainedTokenizer.unigram.get()
    let model = RetNetModel.small(tokenizer)
    var sampling = SamplingOptions()
    sampling.seed = seed
    let info = ModelInfo(name: "small", configuration: model.configuration, sampling: sampling)
    let engine = try Engine(model: model, tokenizer: tokenizer, norms: info.norms, sampling: sampling)
    var settings = ChatSettings()
    settings.speed = nil
    settings.maximumTokens = 12
    let state = AppState(columns: 100, rows: 30, traits: ScreenTraits(), settings: settings)
    let loaded = LoadedModel(info: info, engine: engine)
    var environment = AppCore.Environment()
    environment.saveProgress = { _ in }
    let core = AppCore(state, model: loaded, loader: { _, _ in loaded }, environment: environment)
    return (core, engine)
  }

  /// Messages of one session, each with its reply.
  static func messages(_ count: Int, seed: UInt64) async throws -> Soak.Verdict {
    let (core, engine) = try core(seed: seed)
    defer { core.close() }
    var mutation = Mutation(seed: seed)
    var table = SoakTable("messages", ["tokens", "turns", "text KiB"])
    var problems: [String] = []
    let rows = 10
    for row in 1...rows {
      for _ in 0..<count / rows {
        core.receive(.line(mutation.element(TrainedTokenizer.lines)))
        await core.finish()
        if let failure = core.failure { problems.append(failure) }
        core.failure = nil
      }
      let summary = await engine.session
      let turns = core.state.session.transcript.turns
      let text = turns.reduce(0) { $0 + $1.text.utf8.count + $1.typed.utf8.count }
      table.row(done: count / rows * row, [summary.position, turns.count, text >> 10])
      let position = core.state.session.result?.position ?? 0
      if position != summary.position {
        problems.append("the screen is at \(position), the engine at \(summary.position)")
      }
      if summary.length != summary.position {
        problems.append("\(summary.length) tokens, but position \(summary.position)")
      }
      if let entropy = core.state.session.result?.entropy, !entropy.isFinite {
        problems.append("the entropy is \(entropy)")
      }
      if !problems.isEmpty { break }
    }
    // Arrays may have twice the room that they need.
    let turns = core.state.session.transcript.turns
    let text = turns.reduce(0) { $0 + $1.text.utf8.count + $1.typed.utf8.count }
    let tokens = await engine.session.length * MemoryLayout<Int>.stride
    let own = 2 * (text + tokens) * 1000 / max(count, 1)
    return Soak.Verdict(
      part: "messages", problems: problems + table.problems(heapPerThousand: 1 << 20 + own, slowdown: 0.03))
  }

  private static let keys: [Key] =
    [
      .enter, .escape, .tab, .backTab, .backspace, .delete, .up, .down, .left, .right, .home, .end, .pageUp, .pageDown,
      .control("a"), .control("e"), .control("u"), .control("k"), .control("w"), .control("c"), .control("l"),
      .control("n"), .control("p"), .function(1), .function(9), .paste("pasted\ntext 漢字 😀"), .paste(""),
    ] + ":/ []{}nsxm?hjklHJKL123gereiq漢é\u{301}".map { .character($0) }

  private static let lines =
    [
      ":temperature 0.5", ":head 1", ":layer 1", ":scale 0.5", ":undo", ":reset", ":norm3 paper", ":x", ":explore",
      ":explore writers", ":explore branches", ":explore statistics", ":forms", ":forms costs", ":forms norms",
      ":forms precision", ":live", ":goto 3", ":goto start", ":find cat", ":pick 1", ":mode change", ":strip entropy",
      ":reference empty", ":head-scale 0.5", ":freeze on", ":gamma 0.5", ":zero", ":copy 0 1", ":undo-experiment",
      ":branch 0", ":break token cat", ":break off", ":chunk 4", ":entry 1 1", ":symbols", ":help", ":step", ":back",
      ":seed 5", ":sampling default", ":lesson", ":max-tokens 5", ":speed max",
    ] + TrainedTokenizer.lines

  /// Random keys, commands, messages and window sizes. After each the screen must have the window's size.
  static func events(_ count: Int, seed: UInt64) async throws -> Soak.Verdict {
    let (core, engine) = try core(seed: seed)
    defer { core.close() }
    var mutation = Mutation(seed: seed)
    var table = SoakTable("events", ["position", "branches", "turns"])
    var problems: [String] = []
    let rows = 10
    for row in 1...rows {
      for _ in 0..<count / rows {
        switch mutation.number(0..<20) {
        case 0: core.receive(.key(.resize(columns: mutation.number(0..<200), rows: mutation.number(0..<60))))
        case 1:
          core.receive(
            .key(
              .mouse(
                MouseEvent(
                  row: mutation.number(-1..<60), column: mutation.number(-1..<200),
                  kind: mutation.element([.press, .release, .wheelUp, .wheelDown, .move])))))
        case 2, 3, 4:
          core.receive(.key(.control("u")))
          for character in mutation.element(lines) { core.receive(.key(.character(character))) }
          core.receive(.key(.enter))
        case 5: await core.finish()
        default: core.receive(.key(mutation.element(keys)))
        }
        let grid = render(core.state)
        if grid.columns != core.state.columns || grid.rows != core.state.rows {
          problems.append("a screen of \(grid.columns)×\(grid.rows), not \(core.state.columns)×\(core.state.rows)")
        }
        if core.exitCode != nil { problems.append("the app has quit") }
      }
      core.receive(.key(.escape))
      await core.finish()
      let summary = await engine.session
      table.row(
        done: count / rows * row,
        [summary.position, summary.branches.count, core.state.session.transcript.turns.count])
      if !problems.isEmpty { break }
    }
    // A session grows with its branches; it is emptied now and then, so the heap is bounded but not flat.
    return Soak.Verdict(part: "events", problems: problems + table.problems(heapPerThousand: 8 << 20, slowdown: 1))
  }
}
