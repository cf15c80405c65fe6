import Foundation
import Synchronization
import Testing

@testable import RetNet
@testable import RetNetSession
@testable import RetNetTUI

@Suite("Sessions with a persona")
@MainActor struct PersonaSessionTests {
  private final class Log: Sendable {
    private let lines = Mutex<[String]>([])
    var last: String { lines.withLock { $0.last ?? "" } }
    func receive(_ text: String) { lines.withLock { $0.append(text) } }
  }

  /// A model with a persona `loud` in its folder.
  private func folder() throws -> TinyModelFolder {
    let folder = try TinyModelFolder()
    let configuration = try RetNetModel.load(from: folder.path).configuration
    let state = InitialState(
      matrices: (0..<configuration.layers).map { _ in Array(repeating: 0.5, count: configuration.stateCount) },
      modelHash: try SessionFile.hash(ofModelIn: folder.path))
    try FileManager.default.createDirectory(atPath: folder.path + "/personas", withIntermediateDirectories: true)
    try state.write(to: folder.path + "/personas/loud.state", for: configuration)
    return folder
  }

  @Test("A session starts with a persona, by name or file, and without one again")
  func lines() async throws {
    let folder = try folder()
    let log = Log()
    let streams = PlainChat.Streams(write: { log.receive($0) }, message: { log.receive($0) })
    let chat = PlainChat(
      try LoadedModel.read(folder.path), settings: ChatSettings(), streams: streams,
      loader: { name, _ in try LoadedModel.read(name) })
    func said(_ line: String) async -> String {
      _ = await chat.run(line: line)
      return log.last
    }
    #expect(await said(":persona") == "Personas: loud. The session began with an empty state.\n")
    #expect(
      await said(":persona quiet")
        == "There is no persona 'quiet'. This model has loud; a file can be given by its path.")
    #expect(await said(":persona loud") == "A new session, which begins as loud.")
    #expect(await said(":persona") == "Personas: loud. The session began as loud.\n")
    _ = await said(":max-tokens 3")
    _ = await said("the cat saw the dog")
    let writers = await said(":explore writers")
    #expect(writers.contains("The state before the first token: "), "\(writers)")
    _ = await said(":reference empty")
    #expect(chat.state.explorer.mode == .difference)
    #expect(await said(":persona \(folder.path)/personas/loud.state") == "A new session, which begins as loud.")
    #expect(await said(":persona off") == "A new session, which begins with an empty state.")
    _ = await said("the cat saw the dog")
    #expect(!(await said(":explore writers")).contains("The state before the first token"))
  }

  /// Types a line and presses Enter.
  private func enter(_ line: String, _ state: inout AppState) -> [Effect] {
    for character in line { _ = update(&state, .key(.character(character))) }
    return update(&state, .key(.enter))
  }

  @Test("The header names the persona, and a lesson keeps its own state")
  func screen() throws {
    let folder = try folder()
    let model = try LoadedModel.read(folder.path, persona: "loud")
    var state = AppState(columns: 100, rows: 30, settings: ChatSettings())
    _ = update(&state, .modelLoaded(model.info))
    #expect(render(state).line(0).contains("tiny as loud · 2 layers × 4 heads"))
    #expect(enter(":persona off", &state) == [.engine(.begin(as: nil))])
    #expect(enter(":persona loud", &state) == [.engine(.begin(as: "loud"))])
    #expect(enter(":persona", &state) == [.analysis(.listPersonas)])
    _ = update(&state, .began(as: nil))
    #expect(render(state).line(0).contains("tiny · 2 layers × 4 heads"))
    #expect(state.notice?.text == "A new session, which begins with an empty state.")
  }
}
