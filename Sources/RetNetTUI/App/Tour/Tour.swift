import RetNet
import TerminalKit

/// The tour of the first start: seven steps on the user's own session, from the first message to the forms page.
///
/// A step ends as soon as the state shows that it is done. The tour receives no key but Esc, so everything else, typing
/// included, works as without it.
struct Tour: Sendable, Hashable {
  enum Step: Int, Sendable, Hashable, CaseIterable {
    case send, pause, step, parts, heads, forms, end
  }

  var step = Step.send
  /// The position after the last event.
  var position: Int
  /// The selected head when the step began.
  var place: HeadIndex
  /// Its rows under those of the app; 0 in a window that is too small.
  var rows = 0

  static func rows(columns: Int, windowRows: Int) -> Int {
    columns >= Layout.minimumColumns && windowRows >= PageLayout.rowsForStrip + 2 ? 2 : 0
  }

  /// Whether the step is done.
  func isDone(_ state: AppState) -> Bool {
    switch step {
    case .send: state.phase == .running
    case .pause: state.phase == .paused
    case .step, .parts: state.phase == .paused && state.position > position
    case .heads: state.selectedPlace != place || state.model.map { $0.layers * $0.heads == 1 } == true
    case .forms: state.view == .forms && state.lab.page == .forms
    case .end: state.view != .forms
    }
  }

  /// What to do now, from the longest text to the shortest.
  func texts(_ state: AppState) -> [String] {
    let panes = state.focus == .input ? "Tab, then " : ""
    switch step {
    case .send:
      if case .noModel = state.phase {
        return [
          "Open a model with ':model NAME'. Esc skips this tour.", ":model NAME opens a model. Esc skips the tour.",
        ]
      }
      return [
        "Type a message and press Enter: the model replies, token by token. Esc skips this tour, now and at every step.",
        "Type a message, press Enter. Esc skips the tour.",
      ]
    case .pause where state.phase == .ready:
      return [
        "The reply has ended. Press ← on the empty input line to undo its last step.", "The reply ended: press ←.",
      ]
    case .pause:
      return ["The reply is running. Press Space on the empty input line to pause it.", "Press Space to pause."]
    case .step where state.phase == .running, .parts where state.phase == .running:
      return ["Press Space first: it pauses the reply.", "Space pauses the reply."]
    case .step where state.phase == .ready, .parts where state.phase == .ready:
      return ["This is the end of the turn. Press ← first: it undoes a step.", "Press ← first."]
    case .step:
      return [
        "Press →. It makes one recurrent step: the model reads one token, and the state of every head changes.",
        "Press →: one recurrent step.",
      ]
    case .parts:
      return [
        "Look at the lower half: S before fades to γ S, the token writes kᵀv, and S after is their sum. Press → again.",
        "S fades to γ S, kᵀv is written. Press → again.",
      ]
    case .heads where state.view == .live && !state.layout.memory.isEmpty:
      return [
        "Memory has a line per head: the brighter a cell, the more the head holds of this token. Press \(panes)] for the "
          + "next head.", "Memory: what each head holds. Press \(panes)].",
      ]
    case .heads:
      return ["Each head has its own state. Press \(panes)] for the next head.", "Press \(panes)]: the next head."]
    case .forms:
      return [
        "Press \(panes)T: the page shows one token's output, computed in three forms.",
        "Press \(panes)T: the three forms.",
      ]
    case .end:
      return [
        "Three computations, one output. ← → move along the text. 1 is this session, 4 the lessons, ? lists all keys. "
          + "Esc ends the tour.", "Three forms, one output. Esc ends the tour.",
      ]
    }
  }
}

extension AppState {
  /// All rows of the window. `rows` are those of the app, above the tour's.
  var windowRows: Int { rows + (tour?.rows ?? 0) }

  var showsTour: Bool { tour.map { $0.rows > 0 } ?? false }

  mutating func resize(columns: Int, windowRows: Int) {
    self.columns = max(columns, 0)
    tour?.rows = Tour.rows(columns: columns, windowRows: windowRows)
    rows = max(windowRows - (tour?.rows ?? 0), 0)
  }

  mutating func beginTour() {
    guard lesson == nil else { return say("A lesson is open: 'quit' leaves it, then :tour begins.", isError: true) }
    endTour()
    tour = Tour(position: position, place: selectedPlace)
    resize(columns: columns, windowRows: rows)
  }

  mutating func endTour() {
    rows = windowRows
    tour = nil
  }

  /// Moves to the first step that is not done. A lesson ends the tour.
  mutating func advanceTour() {
    guard var open = tour else { return }
    guard lesson == nil else { return endTour() }
    while open.isDone(self) {
      guard let next = Tour.Step(rawValue: open.step.rawValue + 1) else { return endTour() }
      (open.step, open.position, open.place) = (next, position, selectedPlace)
    }
    open.position = position
    tour = open
  }
}
