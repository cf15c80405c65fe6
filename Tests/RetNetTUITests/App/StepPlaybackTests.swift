import Testing

@testable import RetNet
@testable import RetNetSession
@testable import RetNetTUI
@testable import TerminalKit

@Suite("Playing a step")
struct StepPlaybackTests {
  /// A paused reply whose tokens from `position` on are still recorded.
  private func paused(at position: Int = 20, columns: Int = 120, rows: Int = 36) -> AppState {
    var state = Fixtures.speaking(columns: columns, rows: rows)
    _ = update(&state, .key(.escape))
    _ = update(&state, .key(" "))
    let results = Fixtures.conversation()
    _ = update(&state, .session(SessionSummary(position: position, length: results.count)))
    _ = update(&state, .wentBack(results[position - 1]))
    return state
  }

  private func step(_ state: inout AppState) -> [Effect] {
    let effects = update(&state, .key(.right))
    _ = update(&state, .result(Fixtures.conversation()[state.position], seconds: 0.001))
    _ = update(&state, .settled)
    return effects
  }

  private typealias Part = StepPlayback.Part

  @Test("→ plays S before, γ S and kᵀv for 150 ms each, then all parts stay")
  func forward() {
    var state = paused()
    #expect(step(&state) == [.engine(.steps(1))])
    #expect(state.session.display == .step)
    var parts: [Part] = []
    for _ in 0..<4 {
      #expect(state.isMoving)
      if let part = state.session.playback?.part { parts.append(part) }
      #expect(update(&state, .tick(seconds: 0.15)).isEmpty)
    }
    #expect(parts == [.before, .kept, .written])
    #expect(state.session.playback == nil)
    #expect(!state.isMoving)
  }

  @Test("← plays the undone step in reverse order, with its token in the title")
  func backward() throws {
    var state = paused()
    let undone = try #require(state.result)
    _ = update(&state, .key(.left))
    _ = update(&state, .wentBack(Fixtures.conversation()[18]))
    var parts: [Part] = []
    while let playback = state.session.playback, parts.count < 9 {
      #expect(playback.result.position == undone.position)
      #expect(playback.before?.position == undone.position - 1)
      #expect(render(state).text.contains("token \(undone.position - 1) \(undone.piece)"))
      parts.append(playback.part)
      _ = update(&state, .tick(seconds: 0.15))
    }
    #expect(parts == [.written, .kept, .before])
    #expect(render(state).text.contains("token 18 "))
  }

  @Test("A step that follows before the last one was played is shown at once")
  func fast() {
    var state = paused(at: 10)
    _ = step(&state)
    #expect(state.session.playback != nil)
    for _ in 0..<5 {
      _ = update(&state, .tick(seconds: 0.05))
      _ = step(&state)
      #expect(state.session.playback == nil)
    }
    _ = update(&state, .tick(seconds: 0.61))
    _ = step(&state)
    #expect(state.session.playback != nil)
  }

  @Test("Nothing moves with :motion off, on a slow terminal, in other views, or while a reply runs")
  func still() {
    var state = paused()
    _ = update(&state, .line(":motion off"))
    _ = step(&state)
    #expect(state.session.display == .step)
    #expect(!state.isMoving)

    state = paused()
    _ = update(&state, .terminalIsSlow)
    #expect(state.notice?.text.contains(":motion on") == true)
    _ = step(&state)
    #expect(!state.isMoving)

    state = paused()
    _ = update(&state, .key("2"))
    _ = step(&state)
    #expect(!state.isMoving)

    state = paused()
    _ = step(&state)
    _ = update(&state, .tick(seconds: 1))
    _ = update(&state, .key(" "))
    #expect(state.phase == .running)
    #expect(state.session.display == .state)
    _ = update(&state, .result(Fixtures.conversation()[state.position], seconds: 0.001))
    #expect(!state.isMoving)
  }

  @Test("S switches between the step and S alone, also without a step")
  func display() {
    var state = paused()
    _ = step(&state)
    #expect(render(state).text.contains("kᵀv is written"))
    _ = update(&state, .key("S"))
    #expect(!render(state).text.contains("kᵀv is written"))
    _ = update(&state, .key("S"))
    #expect(render(state).text.contains("kᵀv is written"))
  }

  // MARK: Replay

  @Test("A replay makes one step per period, and Space, ←, + and a new message act on it")
  func replay() {
    var state = paused(at: 10)
    #expect(update(&state, .line(":replay")).isEmpty)
    #expect(state.notice?.isError == true, "plain mode has no frames")
    _ = Fixtures.enter(":replay 4", &state)
    func steps(_ seconds: Double) -> Int {
      var count = 0
      for _ in 0..<Int(seconds / 0.05 + 0.5) {
        let effects = update(&state, .tick(seconds: 0.05))
        count += effects.count { $0 == .engine(.steps(1)) }
        guard effects.contains(.engine(.steps(1))) else { continue }
        _ = update(&state, .result(Fixtures.conversation()[state.position], seconds: 0.001))
        _ = update(&state, .settled)
      }
      return count
    }
    #expect(steps(1) == 4)
    _ = update(&state, .key(.escape))
    _ = update(&state, .key("+"))
    #expect((4...5).contains(steps(0.5)))
    _ = update(&state, .key(" "))
    #expect(steps(1) == 0)
    #expect(state.phase == .paused)
    _ = update(&state, .key(" "))
    #expect(steps(0.25) == 2)
    #expect(step(&state) == [.engine(.steps(1))])
    #expect(steps(1) == 0, "a step of the user pauses the replay")
    _ = update(&state, .message("Hello"))
    #expect(state.session.replay == nil)
  }

  @Test("A replay at the end of the session begins at its last turn, and ends at the last token")
  func wholeTurn() {
    var state = paused(at: 25)
    _ = update(&state, .session(SessionSummary(position: 25, length: 25)))
    #expect(update(&state, .key("R")) == [.engine(.go(to: 2))])
    _ = update(&state, .wentBack(Fixtures.conversation()[1]))
    _ = update(&state, .settled)
    var steps = 0
    for _ in 0..<1000 where state.session.replay != nil {
      guard update(&state, .tick(seconds: 0.1)).contains(.engine(.steps(1))) else { continue }
      steps += 1
      _ = update(&state, .result(Fixtures.conversation()[state.position], seconds: 0.001))
      _ = update(&state, .settled)
    }
    #expect(steps == 23)
    #expect(state.position == 25)
    #expect(state.notice?.text == "The replay has reached the last token.")
  }

  // MARK: The pane

  @Test("The parts of a step add up: γ S_{n−1} + kᵀv is S_n, entry by entry, in Double")
  func arithmetic() throws {
    let place = HeadIndex(layer: 1, head: 2)
    let (before, result) = (Fixtures.conversation()[11], Fixtures.conversation()[12])
    for options in [StepOptions(), frozen(place), gamma(place, 0.5)] {
      var result = result
      result.options = options
      let step = try #require(HeadStep(result, before: before.state, place: place, gamma: 1 - 1 / 128))
      let (kept, written) = (try #require(step.kept), step.written)
      let matrix = Array(before.state.layers[1].matrix(head: 2))
      let change = options.changes[place]
      for i in 0..<32 {
        for j in 0..<64 {
          let old = Double(matrix[i * 64 + j])
          let product =
            Double(result.trace.layers[1].key[2 * 32 + i]) * Double(result.trace.layers[1].value[2 * 64 + j])
          #expect(abs(Double(kept[i * 64 + j]) - (change.isFrozen ? 1 : change.gamma ?? 127 / 128) * old) < 1e-6)
          #expect(abs(Double(written[i * 64 + j]) - (change.isFrozen ? 0 : product)) < 1e-6)
        }
      }
    }
  }

  private func frozen(_ place: HeadIndex) -> StepOptions {
    var options = StepOptions()
    options.changes[place].isFrozen = true
    return options
  }

  private func gamma(_ place: HeadIndex, _ gamma: Double) -> StepOptions {
    var options = StepOptions()
    options.changes[place].gamma = gamma
    return options
  }

  @Test("Before the first token S is zero, or the persona's state")
  func first() throws {
    let result = Fixtures.conversation()[0]
    let step = try #require(HeadStep(result, before: nil, place: HeadIndex(layer: 0, head: 0), gamma: 0.5))
    #expect(step.before?.allSatisfy { $0 == 0 } == true)
    let later = Fixtures.conversation()[1]
    #expect(HeadStep(later, before: nil, place: HeadIndex(layer: 0, head: 0), gamma: 0.5)?.before == nil)
  }

  @Test("The pane drops lines as it gets lower, and fits every size with one map per part")
  func sizes() throws {
    var state = paused()
    state.session.display = .step
    for columns in stride(from: 40, through: 300, by: 13) {
      for rows in stride(from: 10, through: 100, by: 5) {
        (state.columns, state.rows) = (columns, rows)
        let plan = LivePlan(state)
        let grid = render(state)
        #expect(grid.columns == columns)
        guard let step = plan.step else { continue }
        #expect(step.maps.count == 4)
        #expect(Set(step.maps.map(\.fit)).count == 1, "all maps have one pooling")
        for map in step.maps {
          #expect(map.area.endColumn <= columns)
          #expect(map.area.endRow <= plan.layout.state.endRow)
        }
        for (left, right) in zip(step.maps, step.maps.dropFirst()) { #expect(left.area.endColumn < right.area.column) }
      }
    }
  }
}
