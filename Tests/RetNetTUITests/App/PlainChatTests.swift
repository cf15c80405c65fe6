import Synchronization
import Testing

@testable import RetNet
@testable import RetNetSession
@testable import RetNetTUI

@Suite("The chat as lines")
@MainActor struct PlainChatTests {
  private final class Log: Sendable {
    private let lines = Mutex<(output: String, messages: [String])>(("", []))
    var output: String { lines.withLock { $0.output } }
    var messages: [String] { lines.withLock { $0.messages } }
    func write(_ text: String) { lines.withLock { $0.output += text } }
    func message(_ text: String) { lines.withLock { $0.messages.append(text) } }
  }

  private func chat(
    _ engine: FakeEngine = FakeEngine(), settings: ChatSettings = ChatSettings(), info: ModelInfo = Fixtures.model
  ) -> (PlainChat, Log) {
    let log = Log()
    let streams = PlainChat.Streams(write: { log.write($0) }, message: { log.message($0) })
    let model = LoadedModel(info: info, engine: engine)
    let chat = PlainChat(model, settings: settings, streams: streams) { name, _ in
      throw ModelCatalogError.unknown(name: name, bundled: ["chat"])
    }
    return (chat, log)
  }

  @Test("The output has the reply to a message and nothing else")
  func answer() async {
    let (chat, log) = chat()
    #expect(await chat.run(line: "  Do you like old films?  ") == nil)
    #expect(log.output == "Yes, I love them. I saw one last week about a dog who finds his way home\n")
    #expect(log.messages.isEmpty)
  }

  @Test("The note on a model without chat symbols is written once, also if an event precedes the first line")
  func continuationNote() async {
    var info = Fixtures.model
    info.continuesText = true
    let (chat, log) = chat(info: info)
    chat.core.receive(.session(SessionSummary(position: 0, length: 0)))
    _ = await chat.run(line: "Do you like old films?")
    #expect(log.messages.filter { $0 == info.continuationNote }.count == 1)
  }

  @Test(":state prints the state in words")
  func state() async {
    let (chat, log) = chat()
    _ = await chat.run(line: ":state")
    _ = await chat.run(line: "Do you like old films?")
    for line in [":layer 3", ":head 5", ":state", ":probe 7 41"] { _ = await chat.run(line: line) }
    let lines = log.output.split(separator: "\n")
    #expect(lines.first == "There is no state yet: type a message first.")
    #expect(lines[2] == "Layer 3 head 5, half-life 709 tokens, norm 34.88, largest +1.498 at row 24 column 35.")
    #expect(lines[3] == "Layer 3 head 5, row 7 column 41: −1.117.")
    #expect(log.messages == ["Layer 3.", "Head 5."])
  }

  @Test("A wrong command gives a message; :quit exits with 0")
  func commands() async {
    let (chat, log) = chat()
    for line in [":temperature 99", ":head 8", ":model nowhere", ":save-screen a.txt", ":nothing", ""] {
      #expect(await chat.run(line: line) == nil)
    }
    #expect(log.messages.count == 5)
    #expect(log.output.isEmpty)
    #expect(await chat.run(line: ":quit") == 0)
  }

  @Test("Settings reach the engine")
  func settings() async {
    let engine = FakeEngine()
    let (chat, log) = chat(engine)
    _ = await chat.run(line: ":temperature 0.25")
    _ = await chat.run(line: ":norm3 torchscale")
    let asked = await engine.asked
    #expect(asked.suffix(2) == ["sampling 0.25", "norms torchscale"])
    #expect(log.messages.last?.contains("omits") == true)
    _ = await chat.run(line: ":sampling")
    #expect(log.output == "temperature 0.25 · top-k 40 · top-p 0.95 · min-p 0 · penalty 1.1 · seed 1\n")
  }

  @Test("A reply ends at the length limit, and an engine error becomes a message")
  func endings() async {
    let (chat, log) = chat()
    _ = await chat.run(line: ":max-tokens 2")
    _ = await chat.run(line: "Do you like old films?")
    #expect(log.output == "Yes, I\n")
    let (failing, messages) = self.chat(FakeEngine(failsAt: 9))
    _ = await failing.run(line: "Do you like old films?")
    #expect(messages.messages == ["Layer 2 is NaN."])
    #expect(!failing.interrupt())
  }

  @Test("Commands print the explorer's pages and move through the session")
  func explorer() async {
    let engine = FakeEngine()
    let (chat, log) = chat(engine)
    for line in [":explore writers", "Do you like old films?", ":layer 3", ":head 5", ":probe 7 41"] {
      _ = await chat.run(line: line)
    }
    let before = log.output.split(separator: "\n").count
    let lines = [
      ":explore decay", ":goto 4", ":explore writers", ":find films", ":freeze on", ":mode upside", ":goto x",
    ]
    for line in lines {
      _ = await chat.run(line: line)
    }
    let found = log.output.split(separator: "\n").dropFirst(before).map(String.init)
    #expect(found.contains { $0.contains("head 5") && $0.contains("709") }, "half-lives in words")
    #expect(found.contains { $0.hasPrefix("Token 4 (5 read): ") })
    #expect(found.contains { $0.contains("written by 5 tokens") })
    #expect(found.last?.hasPrefix("Token 6 (7 read): ▁films?") == true)
    #expect(await engine.asked.contains("experiment freeze(true)"))
    #expect(log.messages.contains { $0.hasPrefix("Starting with the next step: layer 3 head 5 frozen.") })
    #expect(log.messages.contains { $0.contains(":mode got 'upside'") && $0.contains("state, change, share") })
    #expect(log.messages.contains { $0.contains(":goto got 'x'") })
  }

  @Test("The laboratory's pages are printed when their result arrives; each sends one request; a failure is a message")
  func laboratory() async {
    let engine = FakeEngine()
    await engine.setLabReadings([
      .forms(layer: 3, head: 5, chunkLength: 8): .forms(LabFixtures.forms()),
      .norms(NormOptions(), layer: 3): .norms(LabFixtures.norms(NormOptions())),
      .precision(layer: 3, head: 5): .precision(LabFixtures.precision),
      .costs(layer: 3, chunkLength: 8): .costs(LabFixtures.costs),
    ])
    let (chat, log) = chat(engine)
    for line in [":forms", "Do you like old films?", ":layer 3", ":head 5", ":chunk 8", ":forms", ":entry 9 5"] {
      _ = await chat.run(line: line)
    }
    #expect(log.output.contains("Type a message and press Enter"))
    for line in [":forms", ":forms agreement", ":forms norms", ":forms dialects", ":forms precision", ":forms costs"] {
      _ = await chat.run(line: line)
    }
    let asked = await engine.asked.filter { $0.hasPrefix("laboratory") }
    #expect(asked == ["forms", "norms", "precision", "costs"].map { "laboratory \($0)" })
    let lines = log.output.split(separator: "\n").map(String.init)
    for text in [
      "Forms of layer 3 head 5", "n 9 p9  m 5 p5  γ^(n−m) = .99902^4", "All three forms are within the rounding bound",
      "Three forms, one o: equal; largest gap 0, rounding", "recurrent, Eq. 6: o = q · S, one 32×64 matrix",
      "Same norms as in training.", "chosen: next token p102 50.0%, p103 25.0%", "continued: p102p103",
      "mistake: S stored divided",
    ] {
      #expect(lines.contains { $0.contains(text) }, "\(text)")
    }
    // A chunk of tokens 8 to 15: its largest inner part is 8/2, its largest cross part 8/4.
    #expect(lines.contains { $0.split(separator: " ").prefix(4) == ["1", "8–15", "4.000", "2.000"] })
    #expect(lines.contains { $0.contains("128") && $0.contains("parallel") && $0.contains("524.3 kB") })

    for line in [":chunk 0", ":chunk x", ":forms upside", ":entry 25 0", ":chunk 9", ":forms forms"] {
      _ = await chat.run(line: line)
    }
    #expect(log.messages.contains { $0.contains(":chunk got '0'") && $0.contains("1 to 512") })
    #expect(log.messages.contains { $0.contains(":chunk got 'x'") })
    #expect(log.messages.contains { $0.contains(":forms got 'upside'") && $0.contains("forms, agreement, norms") })
    #expect(log.messages.contains { $0.contains(":entry got (25, 0)") && $0.contains("0 to 24") })
    #expect(log.messages.last == "There are no tokens to compare the forms on: type a message first.")
  }

  @Test("A message after a step back ends the open reply and gets its own; :goto counts tokens from 0")
  func travel() async {
    let engine = FakeEngine()
    let (chat, log) = chat(engine)
    for line in ["Do you like old films?", ":back", ":step", ":goto 3", ":goto start", ":goto 99", "Again"] {
      _ = await chat.run(line: line)
    }
    let lines = log.output.split(separator: "\n").map { $0.prefix { $0 != ":" } }
    #expect(
      lines[1...].prefix(5) == [
        "Token 23 (24 read)", "Token 24 (25 read)", "Token 3 (4 read)", "The start", "Token 24 (25 read)",
      ])
    #expect(log.messages.contains("The session has tokens 0 to 24."))
    #expect(await engine.asked.suffix(2) == ["end at 25", "submit Again"])
  }

  @Test("In plain mode a lesson has its own session, and 'quit' returns to the conversation")
  func lesson() async throws {
    let folder = try LessonFolder()
    let log = Log()
    let models = FakeModels()
    let small = try SmallLesson.lesson()
    let lesson = try await PlainChat.lesson(
      small, among: SmallLesson.lessons(),
      streams: PlainChat.Streams(write: { log.write($0) }, message: { log.message($0) }), loader: models.loader,
      file: folder.progress)
    #expect(log.output.hasPrefix("\nLesson 1 of 3, A small lesson – step 1 of 5\nThe model has read 8 tokens.\n"))
    #expect(log.messages.first?.hasPrefix("next, back, hint, why") == true)
    for line in ["next", "next", "nine", "9", ":explore writers", ":model tiny", ":lesson nope"] {
      #expect(await lesson.run(line: line) == nil)
    }
    for text in ["step 3 of 5", "Can't read 'nine'", "Right. There are 9.", "Beside it: :explore cell", "written by"] {
      #expect(log.output.contains(text), "\(text)")
    }
    #expect(log.messages.contains { $0.contains("'quit' leaves it") })
    #expect(log.messages.contains { $0.contains("There is no lesson 'nope'; there are small, second, lost.") })
    #expect(folder.progress.read().progress["small"]?.step == 2)
    #expect(await lesson.run(line: "quit") == 0)
  }

  @Test("A growing reply is written piece by piece, without its first space")
  func writer() {
    var writer = ReplyWriter()
    #expect(
      [" ", " Yes", " Yes, é", " Yes, é", " Yes, é\u{1B}[2J"].map { writer.next($0) } == [
        "", "Yes", ", é", "", "\u{1B}[2J",
      ])
  }
}
