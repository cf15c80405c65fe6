import Testing

@testable import RetNet
@testable import RetNetAnalysis
@testable import RetNetSession
@testable import RetNetTUI

/// Keys in, engine and screen together, without a terminal.
@MainActor private final class KeySession {
  let engine: FakeEngine
  private let core: AppCore

  var state: AppState { core.state }

  init(_ engine: FakeEngine, speed: Double? = nil) async throws {
    self.engine = engine
    var settings = ChatSettings()
    settings.speed = speed
    core = AppCore(AppState(columns: 80, rows: 24, settings: settings)) { name, _ in
      guard name == "tiny" else { throw ModelCatalogError.unknown(name: name, bundled: []) }
      return LoadedModel(info: Fixtures.model, engine: engine)
    }
    core.carryOut(.engine(.loadModel("tiny", for: .conversation)))
    try await wait("the model is loaded") { $0.phase == .ready }
  }

  func receive(_ event: AppEvent) { core.receive(event) }

  func enter(_ text: String) {
    for character in text { receive(.key(.character(character))) }
    receive(.key(.enter))
  }

  struct Deadline: Error { var awaited: String }

  func wait(_ awaited: String, until condition: (AppState) -> Bool) async throws {
    for _ in 0..<3000 {
      if condition(state) { return }
      try await Task.sleep(for: .milliseconds(10))
    }
    throw Deadline(awaited: awaited)
  }

  /// Waits until the position is unchanged for half a second, and returns it.
  func settledPosition() async throws -> Int {
    var (position, unchanged) = (state.position, 0)
    for _ in 0..<3000 {
      try await Task.sleep(for: .milliseconds(10))
      unchanged = state.position == position ? unchanged + 1 : 0
      position = state.position
      if unchanged == 50 { return position }
    }
    throw Deadline(awaited: "a position that stays")
  }
}

@Suite("Engine and screen together")
@MainActor struct EngineQueueTests {
  @Test("A reply arrives with every token and ends")
  func reply() async throws {
    let session = try await KeySession(FakeEngine())
    session.enter("Do you like old films?")
    try await session.wait("the reply ends") { $0.phase == .ready }
    #expect(session.state.position == 25)
    #expect(session.state.tokens.entries.map(\.index) == Array(0..<25))
    #expect(
      session.state.transcript.lastReply == "Yes, I love them. I saw one last week about a dog who finds his way home")
  }

  @Test("A failed laboratory request does not end the reply; a result arrives while steps run")
  func laboratory() async throws {
    let session = try await KeySession(FakeEngine(), speed: 5)
    session.enter("Do you like old films?")
    try await session.wait("the reply has begun") { $0.position > 9 }
    session.receive(.key(.character(" ")))
    _ = try await session.settledPosition()
    session.receive(.key(.escape))
    session.receive(.key(.character("3")))
    try await session.wait("the request has failed") { $0.lab.failures[.forms] != nil }
    #expect(session.state.phase == .paused)
    let costs = AnalysisRequest.costs(layer: 0, chunkLength: 16)
    await session.engine.setLabReadings([costs: .costs(LabFixtures.costs)])
    session.receive(.key(.character("C")))
    session.receive(.key(.character(" ")))
    try await session.wait("the answer") { $0.lab.costs != nil }
    try await session.wait("the reply ends") { $0.phase == .ready }
    #expect(session.state.position == 25)
  }

  @Test("A reply pauses between two steps, steps forward and back, resumes, and stops")
  func pause() async throws {
    let session = try await KeySession(FakeEngine(), speed: 5)
    session.enter("Do you like old films?")
    try await session.wait("the reply has begun") { $0.transcript.lastReply?.isEmpty == false }
    session.receive(.key(.character(" ")))
    let position = try await session.settledPosition()
    session.receive(.key(.right))
    try await session.wait("one step forward") { $0.position == position + 1 }
    session.receive(.key(.left))
    session.receive(.key(.left))
    try await session.wait("two steps back") { $0.position == position - 1 }
    #expect(session.state.phase == .paused)
    session.receive(.key(.character(" ")))
    try await session.wait("it runs") { $0.position > position + 1 }
    session.receive(.key(.control("c")))
    try await session.wait("it is stopped") { $0.phase == .ready }
    let asked = await session.engine.asked
    #expect(asked.filter { $0.hasPrefix("submit") } == ["submit Do you like old films?"])
  }

  @Test("Pausing and resuming in quick succession leaves one run, and a final pause ends it")
  func quickPauses() async throws {
    let session = try await KeySession(FakeEngine(), speed: 20)
    session.enter("Do you like old films?")
    try await session.wait("the reply has begun") { $0.transcript.lastReply?.isEmpty == false }
    for _ in 0..<7 { session.receive(.key(.character(" "))) }
    #expect(session.state.phase == .paused)
    session.receive(.key(.right))
    let position = try await session.settledPosition()
    try await Task.sleep(for: .milliseconds(300))
    #expect(session.state.position == position)
  }

  @Test("Stop, reset and the next message run in order")
  func order() async throws {
    let session = try await KeySession(FakeEngine(), speed: 5)
    session.enter("Do you like old films?")
    try await session.wait("the reply has begun") { $0.transcript.lastReply?.isEmpty == false }
    session.enter(":reset")
    session.enter("Again")
    try await session.wait("the second reply has begun") {
      $0.transcript.turns.first?.typed == "Again" && $0.transcript.turns.count == 2
    }
    let asked = await session.engine.asked.filter { !$0.hasPrefix("norms") && !$0.hasPrefix("sampling") }
    try #require(asked.count == 4)
    #expect(asked[1].hasPrefix("end"))
    #expect(asked[2...] == ["reset", "submit Again"])
  }

  @Test("An engine error ends the reply and is shown")
  func failure() async throws {
    let session = try await KeySession(FakeEngine(failsAt: 12))
    session.enter("Do you like old films?")
    try await session.wait("the error is shown") { $0.notice?.isError == true }
    #expect(session.state.notice?.text == "Layer 2 is NaN.")
    #expect(session.state.phase == .ready)
    #expect(session.state.position == 12)
  }

  @Test("A missing model leaves the open one in place")
  func missingModel() async throws {
    let session = try await KeySession(FakeEngine())
    session.enter(":model nowhere")
    try await session.wait("the error is shown") { $0.notice?.isError == true }
    #expect(session.state.phase == .ready)
    #expect(session.state.model?.name == "tiny")
  }
}
