import Lessons

@testable import RetNet
@testable import RetNetSession
@testable import RetNetTUI
@testable import TerminalKit

/// The app with the bundled chat model, without a terminal, driven by keys.
///
/// Its pictures have no times: speeds are not shown, and steps are played only by `tick`.
@MainActor final class PictureApp {
  private let core: AppCore

  /// - Parameters:
  ///   - layer: the selected layer.
  ///   - speed: the largest number of reply tokens a second.
  init(columns: Int, rows: Int, layer: Int = 0, speed: Double? = nil) async throws {
    var settings = ChatSettings()
    settings.speed = speed
    settings.samplingChoices.seed = 1
    settings.layer = layer
    let traits = ScreenTraits(depth: .direct, theme: Theme(.dark))
    core = AppCore(
      AppState(columns: columns, rows: rows, traits: traits, settings: settings),
      model: try await BundledLessonTests.loader("chat", .conversation), loader: BundledLessonTests.loader,
      environment: AppCore.Environment(
        readLessons: { try LessonLibrary.read(open: $0, try LessonFolder().progress) }, saveProgress: { _ in }))
    await core.finish()
  }

  /// The state as it is drawn. `change` adapts it first.
  func screen(_ change: (inout AppState) -> Void = { _ in }) -> AppState {
    var state = core.state
    state.secondsPerStep = nil
    state.notice = nil
    change(&state)
    return state
  }

  /// The number of tokens of the current reply.
  var replyTokens: Int { core.state.replyTokens }

  /// The most probable next token.
  var candidate: String? { core.state.result?.candidates.first?.piece }

  func press(_ keys: Key...) async {
    for key in keys {
      core.receive(.key(key))
      await core.finish()
    }
  }

  func press(_ characters: String) async {
    for character in characters { await press(.character(character)) }
  }

  /// Types a line on the input line, without Enter.
  func type(_ text: String) async {
    if core.state.focus == .panes { await press("i") }
    await press(text)
  }

  /// Sends a message and waits for the end of its reply.
  func say(_ text: String) async {
    await type(text)
    await press(.enter)
  }

  /// Sends the typed message and pauses. The engine may have read the message before, and, at a low speed, have drawn one
  /// token.
  func begin() async {
    core.receive(.key(.enter))
    core.receive(.key(.character(" ")))
    await core.finish()
  }

  /// Makes a step without playing it. Returns false at the end of the reply.
  func step() async -> Bool {
    await press(.right)
    tick(seconds: 10)
    return core.state.phase == .paused
  }

  /// Lets time pass for the playback of a step.
  func tick(seconds: Double) { core.receive(.tick(seconds: seconds)) }

  /// Carries out a `:` command from the panes, and returns to them.
  func command(_ text: String) async {
    core.receive(.line(":" + text))
    await core.finish()
  }
}
