import Foundation
import RetNet
import TerminalKit

/// Writes a screen to a file.
package enum Screenshot {
  /// Whether the file extension is that of a screen format.
  package static func isFile(_ path: String) -> Bool { CommandTable.parseScreenFile(path) != nil }

  /// Writes the screen after the reply to a message, in the format of the file extension. Does nothing if `isFile` is
  /// false.
  ///
  /// - Throws: `PlainChatError`, `FileError`.
  @MainActor package static func write(
    answerTo text: String, model: LoadedModel, to path: String, columns: Int, rows: Int,
    theme: Theme.Name, settings: ChatSettings
  ) async throws {
    guard case .saveScreen(_, let format)? = CommandTable.parseScreenFile(path) else { return }
    var settings = settings
    settings.speed = nil
    let core = AppCore(
      AppState(
        columns: columns, rows: rows, traits: ScreenTraits(depth: .direct, theme: Theme(theme)), settings: settings),
      model: model, loader: { _, _ in model })
    defer { core.close() }
    core.receive(.message(text))
    await core.finish()
    if let failure = core.failure { throw PlainChatError(failure) }
    try write(core.state, to: path, format)
  }

  /// Writes a screen atomically. A screen of 256 colours is written in 24 bits.
  static func write(_ state: AppState, to path: String, _ format: Command.ScreenFormat) throws {
    var state = state
    if state.traits.availableDepth == .colors256 { state.traits.availableDepth = .direct }
    let (grid, traits) = (render(state), state.traits)
    let text =
      switch format {
      case .txt: grid.text
      case .ansi: grid.ansi(depth: traits.depth, theme: traits.theme)
      case .svg: grid.svg(depth: traits.depth, theme: traits.theme)
      }
    try AtomicFile.write(format == .svg ? text : text + "\n", to: path)
  }
}
