import Synchronization
import Testing

@testable import RetNetSession
@testable import RetNetTUI
@testable import TerminalKit

/// The report on the last token, on the screen and in plain mode.
@Suite("Why this token")
@MainActor struct WhyTests {
  static let report = DrawReport(
    index: 23, piece: "▁home",
    cause: .drawn(
      DrawReport.Draw(
        stages: [
          .init(name: .model, setting: "", kept: 4096, probability: 0.125, removed: []),
          .init(
            name: .penalties, setting: "repetition-penalty 1.1", kept: 4094, probability: 0.13, removed: ["<s>", "▁a"]),
          .init(name: .topK, setting: "40", kept: 40, probability: 0.2, removed: ["▁go", "▁see"]),
          .init(name: .temperature, setting: "0.8", kept: 40, probability: 0.25, removed: []),
        ], random: 0.5, interval: 0.375..<0.625)))

  @Test("The panel shows the stages and the place of the random number, at every size", arguments: ScreenFile.sizes)
  func drawn(columns: Int, rows: Int) {
    var state = Fixtures.speaking(columns: columns, rows: rows)
    _ = update(&state, .key(.escape))
    #expect(update(&state, .key("X")) == [.analysis(.why)])
    _ = update(&state, .drawReport(Self.report))
    expectScreen(state, "app/why")
    _ = update(&state, .key(.escape))
    #expect(state.overlay == nil)
  }

  @Test("Before a model is open there is nothing to ask")
  func noModel() {
    var state = AppState(columns: 80, rows: 24)
    #expect(Fixtures.enter(":why", &state) == [])
    #expect(state.notice?.text == "There is no token yet: type a message first.")
  }

  @Test(
    "A token that was not drawn says so",
    arguments: [
      (DrawReport.Cause.none, "There is no token yet: type a message first."),
      (.given, "Token 4, 'home', was not drawn: it is typed, picked, or a symbol of the chat."),
      (.opened, "Token 4, 'home', comes from a session file, which does not record how it was drawn."),
    ])
  func notDrawn(cause: DrawReport.Cause, text: String) {
    let lines = DrawReport(index: 4, piece: "home", cause: cause).lines(columns: 100)
    #expect(lines.count == 1)
    #expect(lines.first?.replacing("'", with: "") == text.replacing("'", with: ""))
  }

  @Test("Plain mode prints the report and the options")
  func plain() async {
    let output = Mutex("")
    let engine = FakeEngine()
    await engine.setDrawReport(Self.report)
    let chat = PlainChat(
      LoadedModel(info: Fixtures.model, engine: engine), settings: ChatSettings(),
      streams: PlainChat.Streams(write: { text in output.withLock { $0 += text } }, message: { _ in })
    ) { name, _ in throw ModelCatalogError.unknown(name: name, bundled: []) }
    _ = await chat.run(line: ":why")
    let lines = output.withLock { $0 }.split(separator: "\n").map(String.init)
    #expect(lines.contains("top-k 40" + String(repeating: " ", count: 29) + "40         20 %  ▁go ▁see"))
    #expect(lines.last?.hasSuffix("the most probable token on.") == true)
    _ = await chat.run(line: ":set top-k 7")
    _ = await chat.run(line: ":settings")
    let settings = output.withLock { $0 }.split(separator: "\n").map(String.init)
    #expect(settings.contains("top-k                7 tokens         this session"))
  }
}
