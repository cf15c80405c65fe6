import Synchronization
import Testing

@testable import RetNet
@testable import RetNetSession
@testable import RetNetTUI
@testable import TerminalKit

@Suite("Stop strings and patterns in the app")
@MainActor struct ReplyEndTests {
  private final class Output: Sendable {
    private let written = Mutex("")
    var text: String { written.withLock { $0 } }
    func write(_ text: String) { written.withLock { $0 += text } }
  }

  private func shown(_ state: AppState) -> String {
    ConversationText.lines(state).map(\.text).joined(separator: " ")
  }

  @Test(":stop adds a text, off removes all, and the engine gets them")
  func stop() {
    var state = Fixtures.ready()
    for (line, stops) in [(":stop END", ["END"]), (":stop \\nU:", ["END", "\nU:"]), (":stop END", ["END", "\nU:"])] {
      let effects = Fixtures.enter(line, &state)
      #expect(state.settings.sampling.stop == stops)
      #expect(effects == [.engine(.set(.sampling(state.settings.sampling)))])
    }
    #expect(state.notice?.text.contains("stop 'END' · stop '\\nU:'") == true)
    _ = Fixtures.enter(":stop off", &state)
    #expect(state.settings.sampling.stop == [])
    for number in 0..<70 { _ = Fixtures.enter(":stop x\(number)", &state) }
    #expect(state.settings.sampling.stop.count == 64)
    #expect(state.notice?.text == ":stop would give 65 texts, it takes at most 64.")
  }

  @Test(":regex sets a pattern; a wrong one is refused with its reason, and the old one stays")
  func regex() throws {
    var state = Fixtures.ready()
    #expect(Fixtures.enter(":regex (a|b)+", &state).count == 1)
    let pattern = try ReplyPattern("(a|b)+")
    #expect(state.settings.sampling.pattern == pattern)
    #expect(Fixtures.enter(":regex [a", &state).isEmpty)
    #expect(state.notice?.text == ":regex got '[a', it takes a regular expression: '[' at character 0 has no ']'.")
    #expect(state.settings.sampling.pattern == pattern)
    _ = Fixtures.enter(":regex off", &state)
    #expect(state.settings.sampling.pattern == nil)
  }

  @Test("A growing reply is shown without the possible beginning of a stop string, and whole at its end")
  func heldBack() {
    var state = Fixtures.speaking()
    #expect(shown(state).hasSuffix("his way home█"))
    state.settings.samplingChoices.stop = ["way home."]
    #expect(shown(state).hasSuffix("finds his █"))
    _ = update(&state, .replyEnded)
    #expect(shown(state).hasSuffix("his way home"))
  }

  @Test("Plain mode writes the held back end of a reply when it ends")
  func plain() async {
    let output = Output()
    let streams = PlainChat.Streams(write: { output.write($0) }, message: { _ in })
    var settings = ChatSettings()
    settings.samplingChoices.stop = ["way home."]
    let chat = PlainChat(
      LoadedModel(info: Fixtures.model, engine: FakeEngine()), settings: settings, streams: streams
    ) { name, _ in throw ModelCatalogError.unknown(name: name, bundled: []) }
    _ = await chat.run(line: "Do you like old films?")
    let text = output.text
    #expect(text == "Yes, I love them. I saw one last week about a dog who finds his way home\n")
  }
}
