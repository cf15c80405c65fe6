import Lessons
import Synchronization

@testable import RetNet
@testable import RetNetTUI
@testable import TerminalKit

/// Keys, engine, lessons and screen together, without a terminal; `saved` keeps the progress.
@MainActor final class LessonSession {
  private(set) var saved: [LessonProgress] = []
  private var core: AppCore?

  struct Deadline: Error { var awaited: String }

  init(
    columns: Int = 80, rows: Int = 24, speed: Double? = nil, loader: @escaping ModelLoader,
    shelf: @escaping (String?) throws -> LessonLibrary
  ) {
    var settings = ChatSettings()
    settings.speed = speed
    core = AppCore(
      AppState(columns: columns, rows: rows, settings: settings), loader: loader,
      environment: AppCore.Environment(
        readLessons: { [weak self] name in
          var shelf = try shelf(name)
          shelf.progress = self?.saved.last ?? shelf.progress
          return shelf
        },
        saveProgress: { [weak self] in self?.saved.append($0) }))
  }

  /// Opens a bundled lesson at its first step.
  static func open(_ name: String) async throws -> LessonSession {
    let folder = try LessonFolder()
    let session = LessonSession(loader: { name, _ in try LoadedModel.read(name) }) {
      try LessonLibrary.read(open: $0, folder.progress)
    }
    session.enter(":lesson \(name)")
    try await session.wait(forStep: 0, of: name)
    return session
  }

  var state: AppState { core?.state ?? AppState(columns: 0, rows: 0) }

  func carryOut(_ request: EngineRequest) { core?.carryOut(.engine(request)) }

  func receive(_ event: AppEvent) { core?.receive(event) }

  func press(_ key: Key) { receive(.key(key)) }

  /// Types a line on the input line and presses Enter.
  func enter(_ text: String) {
    if state.focus == .panes { press(.tab) }
    for character in text { press(.character(character)) }
    press(.enter)
  }

  func wait(_ awaited: String, until condition: (AppState) -> Bool) async throws {
    for _ in 0..<15_000 {
      if condition(state) { return }
      try await Task.sleep(for: .milliseconds(2))
    }
    throw Deadline(awaited: awaited)
  }

  /// Waits until a step, from 0, is prepared and all pending replies have arrived.
  func wait(forStep index: Int, of name: String? = nil) async throws {
    try await wait("step \(index + 1)") { state in
      guard let open = state.lesson else { return false }
      return !open.isPreparing && open.walk.index == index && open.reportsAwaited == 0 && state.unsettled == 0
        && name.map { open.walk.lesson.name == $0 } != false
    }
  }

  func waitOutside() async throws {
    try await wait("the session outside") { $0.lesson == nil }
  }
}

/// The part of a session that a lesson must not change.
struct KeptSession: Hashable {
  var phase: AppState.Phase
  var model: String?
  var settings: ChatSettings
  var explorer: Explorer
  var page: Lab.Page
  var chunkLength: Int
  var transcript: Transcript
  var tokens: TokenHistory
  var position: Int
  var matrices: [[Float]]
  var probe: Position
  var input: String

  init(_ state: AppState) {
    (phase, model, settings, explorer) = (state.phase, state.model?.name, state.settings, state.explorer)
    (page, chunkLength, transcript, tokens) = (state.lab.page, state.lab.chunkLength, state.transcript, state.tokens)
    (position, probe, input) = (state.position, state.probe, state.input.text)
    matrices = state.result?.state.layers.map(\.matrix) ?? []
  }
}

/// Fake engines, one for each opened model.
final class FakeModels: Sendable {
  private let opened = Mutex<[FakeEngine]>([])

  var engines: [FakeEngine] { opened.withLock { $0 } }

  var loader: ModelLoader {
    { name, _ in
      guard name == "tiny" else { throw ModelCatalogError.unknown(name: name, bundled: ["tiny"]) }
      let engine = FakeEngine(ExplorerFixtures.results)
      self.opened.withLock { $0.append(engine) }
      return LoadedModel(info: Fixtures.model, engine: engine)
    }
  }
}

/// A small lesson on the fixture conversation, whose message has eight tokens.
enum SmallLesson {
  static let text = """
    name: small
    title: A small lesson
    about: What a lesson does on the screen.
    model: tiny
    steps:
      - do: [":layer 1", ":head 2", feed: "Do you like old films?"]
        say: The model has read {position} tokens.
        symbols: [S]
        page: explore cell
      - do: [step: 1, ":temperature 0"]
        say: One more makes {position}.
        page: explore decay
      - say: Head {head} is chosen.
        ask:
          question: How many tokens has the model read?
          number: position
          tolerance: 0
          wrong:
            - number: position - 1
              say: You left out one.
        hints:
          - Count them.
        why: There are {position}.
        page: explore reading
        pageAfter: explore cell
      - await:
          task: Make one step.
          until: position == 10
          by: [":step"]
        why: Now there are {position}.
        page: forms dialects
        pageAfter: explore decay
      - ask:
          question: What is S?
          choices:
            - text: A matrix.
              right: true
            - text: A number.
              say: It has rows.
        page: none
        pageAfter: explore head
    """

  static func lesson(_ name: String = "small", model: String = "tiny") throws -> Lesson {
    try LessonReader.lesson(
      text.replacing("name: small", with: "name: \(name)").replacing("model: tiny", with: "model: \(model)"),
      file: "\(name).yaml", checks: LessonCatalog.checks
    ).get()
  }

  /// Two lessons that open, and one whose model is missing.
  static func lessons() throws -> [Lesson] {
    [try lesson(), try lesson("second"), try lesson("lost", model: "nowhere")]
  }

  static func shelf(open name: String?) throws -> LessonLibrary {
    let lessons = try lessons()
    let opened = try name.map { try LessonCatalog.lesson($0, among: lessons) }
    return LessonLibrary(lessons: lessons, progress: LessonProgress(), opened: opened)
  }
}
