import RetNet
import RetNetAnalysis
import RetNetSession
import TerminalKit

/// The state explorer: pages, positions, experiments.
extension AppState {
  // MARK: Views and pages

  mutating func show(_ view: View, _ page: Explorer.Page?) {
    if view == .live { self.view = view } else { turn(to: view) }
    guard let page, page != explorer.page else { return }
    explorer.page = page
    explorer.line = 0
  }

  /// Enter opens the selected head, then its cell; on a list, the selected line.
  mutating func openSelected() -> [Effect] {
    switch explorer.page {
    case .overview: explorer.page = .head
    case .head: explorer.page = .cell
    case .prediction: return pick(rank: explorer.line + 1)
    case .branches:
      let branches = explorer.tree.branches
      return branches.indices.contains(explorer.line) ? select(branch: branches[explorer.line].id) : []
    case .writers: explorer.part = explorer.part.next
    case .cell, .decay, .reading, .statistics, .experiments: focus = .input
    }
    return []
  }

  /// The number of lines in the list of the explorer's page.
  var explorerLines: Int {
    switch explorer.page {
    case .prediction: result?.candidates.count ?? 0
    case .branches: explorer.session.branches.count
    case .experiments: explorer.session.experiments.count
    case .writers, .reading: tokens.past.count
    case .overview, .head, .cell, .decay, .statistics: 0
    }
  }

  // MARK: Positions

  mutating func go(to position: Int) -> [Effect] {
    guard explorer.session.length > 0 else {
      return refuse("There is no session yet: type a message first.", isError: false)
    }
    let target = min(max(position, 0), explorer.session.length)
    if target != position { say("The session has tokens 0 to \(explorer.session.length - 1).") }
    guard target != self.position else { return [] }
    return paused(before: .go(to: target))
  }

  /// Pauses a run before a request that moves in the session.
  mutating func paused(before request: EngineRequest) -> [Effect] {
    switch phase {
    case .noModel, .loading:
      say("There is no model yet.", isError: true)
      return []
    case .running:
      phase = .paused
      return [.engine(.pause), .engine(request)]
    case .ready, .paused: return [.engine(request)]
    }
  }

  /// Goes to the next token in which the text begins. The search wraps around to the start.
  mutating func find(_ text: String?) -> [Effect] {
    guard let sought = (text ?? explorer.sought)?.lowercased(), !sought.isEmpty else {
      return refuse("No text to find yet: :find TEXT.", isError: false)
    }
    explorer.sought = sought
    let places = tokens.places(of: sought)
    guard let found = places.first(where: { $0 >= position }) ?? places.first else {
      return refuse("'\(sought)' is not among the \(tokens.entries.count) recorded tokens.")
    }
    return go(to: found + 1)
  }

  mutating func pick(rank: Int) -> [Effect] {
    guard let result, result.candidates.indices.contains(rank - 1) else {
      return refuse("There is no candidate \(rank) here.")
    }
    let effects = paused(before: .pick(result.candidates[rank - 1].token))
    if phase == .ready { phase = .paused }
    return effects
  }

  mutating func select(branch id: Int) -> [Effect] {
    guard explorer.session.branches.contains(where: { $0.id == id }) else {
      let ids = explorer.session.branches.map { "\($0.id)" }.joined(separator: ", ")
      return refuse(":branch got \(id), the session has \(ids).")
    }
    guard id != explorer.session.branch else { return refuse("This is branch \(id).", isError: false) }
    return paused(before: .selectBranch(id))
  }

  mutating func changeSpeed(by factor: Double) -> [Effect] {
    let fastest = 1024.0
    let speed = (settings.speed ?? fastest * 2) * factor
    settings.speed = speed > fastest ? nil : max(speed, 0.25)
    say(settings.speedText)
    return [.engine(.set(.speed(settings.speed)))]
  }

  // MARK: References

  mutating func setReference(_ source: StateReference?) -> [Effect] {
    guard let source else {
      explorer.reference = nil
      explorer.wanted = nil
      if explorer.mode == .difference { explorer.mode = .state }
      return []
    }
    guard result != nil else { return refuse("There is no state yet: type a message first.") }
    explorer.wanted = source
    explorer.asked.reference = nil
    explorer.mode = .difference
    return []
  }

  // MARK: Experiments

  /// The override of the selected head at the next step.
  var nextChange: HeadOverride { nextChange(of: selectedPlace) }

  /// The override of a head at the next step.
  func nextChange(of place: HeadIndex) -> HeadOverride {
    var options = StepOptions()
    for entry in explorer.session.experiments where entry.experiment.isLasting {
      entry.experiment.apply(to: &options)
    }
    return options.changes[place]
  }

  mutating func experiment(_ kind: Experiment.Kind) -> [Effect] {
    guard let model else { return refuse("There is no model yet.") }
    if let reason = model.shape.reason(against: .experiment(kind), of: model.name) { return refuse(reason) }
    let experiment = Experiment(kind, at: selectedPlace)
    say("Starting with the next step: \(experiment.text). u undoes it.")
    return [.engine(.set(.experiment(experiment)))]
  }

  mutating func copyHead() {
    explorer.source = selectedPlace
    say(
      "Select another head. P copies the state of layer \(selectedPlace.layer) head \(selectedPlace.head) to it."
    )
  }

  mutating func pasteHead() -> [Effect] {
    guard let source = explorer.source else {
      return refuse("Press y first, on the head to copy.", isError: false)
    }
    return experiment(.copy(from: source))
  }

  mutating func undoExperiment() -> [Effect] {
    guard let last = explorer.session.experiments.last else {
      return refuse("There is no experiment to undo.", isError: false)
    }
    let effects = paused(before: .undoExperiment)
    if !effects.isEmpty { say("Undone: \(last.experiment.text). The later steps are kept as a branch.") }
    return effects
  }

  // MARK: Breakpoints

  mutating func set(_ breakpoint: Breakpoint?) -> [Effect] {
    if let breakpoint {
      explorer.breakpoints.append(breakpoint)
    } else {
      explorer.breakpoints = []
    }
    let all = explorer.breakpoints.map(\.text).joined(separator: ", or at ")
    say(
      explorer.breakpoints.isEmpty
        ? "A run stops at no breakpoint."
        : "A run stops at \(all).")
    return [.engine(.set(.breakpoints(explorer.breakpoints)))]
  }

  // MARK: Files

  /// The part of the selected head's S whose writers are listed.
  var writtenPart: StatePart {
    switch explorer.part {
    case .cell: .cell(row: probe.row, column: probe.column)
    case .row: .row(probe.row)
    case .column: .column(probe.column)
    case .head: .head
    }
  }

  mutating func export(_ exported: Command.Exported, to path: String) -> [Effect] {
    guard let format = ExportFormat(path: path), let result, let session = RecordedSession(self) else {
      return refuse("There is nothing to export yet: type a message first.")
    }
    switch exported {
    case .state: return [.app(.save(Export.state(result.state, at: selectedPlace, as: format), to: path))]
    case .contributions:
      let contributions = session.contributions(to: writtenPart)
      return [.app(.save(Export.contributions(contributions, piece: { session.piece($0) }, as: format), to: path))]
    case .logits: return [.analysis(.exportLogits(path))]
    }
  }

  mutating func saveSession(to path: String) -> [Effect] {
    guard model != nil, explorer.session.length > 0 else {
      return refuse("There is no session to save yet: type a message first.")
    }
    return [.analysis(.saveSession(path))]
  }

  mutating func exportTranscript(to path: String) -> [Effect] {
    guard model != nil, !transcript.isEmpty else {
      return refuse("There is no conversation to write yet: type a message first.")
    }
    return [.analysis(.exportTranscript(path))]
  }

  // MARK: Queries of the pages

  /// Queries for the page's missing values. Each is sent once.
  mutating func explorerRequests() -> [Effect] {
    var effects: [Effect] = []
    let isShown = shownView == .explorer && model != nil
    let watch: TraceOptions = isShown && explorer.page == .prediction ? [.lens, .stages] : []
    if watch != explorer.asked.watch {
      explorer.asked.watch = watch
      effects.append(.engine(.set(.trace(watch))))
    }
    let showsStep = shownView == .live && session.display == .step
    guard isShown || showsStep, phase != .running, unsettled == 0, let result else { return effects }
    let needsBefore = showsStep || explorer.page == .cell || explorer.mode == .change
    if needsBefore, explorer.before == nil, explorer.asked.before != result.position - 1 {
      explorer.asked.before = result.position - 1
      effects.append(.analysis(.before(result.position - 1)))
    }
    guard isShown else { return effects }
    let history = Explorer.Asked.Place(layer: settings.layer, position: result.position)
    let hasHistory = explorer.history?.layer == settings.layer && explorer.history?.tokens.count == result.position
    if explorer.page == .statistics, !hasHistory, explorer.asked.history != history {
      explorer.asked.history = history
      effects.append(.analysis(.history(layer: settings.layer)))
    }
    let hasExperiments = explorer.session.experiments.contains { $0.position < result.position }
    if explorer.page == .experiments, hasExperiments, explorer.unchanged == nil, !explorer.asked.unchanged {
      explorer.asked.unchanged = true
      effects.append(.analysis(.unchangedPrediction))
    }
    if let wanted = explorer.wanted {
      // A reference at a fixed position of this branch is constant. The others depend on the current position.
      let position = if case .position = wanted { -1 - explorer.session.branch } else { result.position }
      let place = Explorer.Asked.Place(layer: nil, position: position)
      if explorer.asked.reference != place {
        explorer.asked.reference = place
        effects.append(.analysis(.reference(wanted)))
      }
    }
    return effects
  }
}

extension CaseIterable where Self: Equatable {
  /// The next case; the first after the last.
  var next: Self {
    let all = Array(Self.allCases)
    let place = all.firstIndex(of: self) ?? 0
    return all[(place + 1) % all.count]
  }
}

extension Explorer.Page {
  /// The key that opens the page.
  var key: Character? {
    switch self {
    case .overview: "o"
    case .head, .cell: nil
    case .decay: "d"
    case .writers: "w"
    case .reading: "r"
    case .prediction: "p"
    case .statistics: "t"
    case .experiments: "e"
    case .branches: "b"
    }
  }
}

extension Experiment {
  /// `layer 3 head 5 off`
  var text: String {
    let head = "layer \(place.layer) head \(place.head)"
    switch kind {
    case .scale(0): return "\(head) off"
    case .scale(1): return "\(head) on"
    case .scale(let scale): return "\(head) times \(Numbers.plain(scale))"
    case .freeze(true): return "\(head) frozen"
    case .freeze(false): return "\(head) unfrozen"
    case .gamma(let gamma?): return "\(head) γ \(Numbers.plain(gamma))"
    case .gamma(nil): return "\(head) its own γ"
    case .zero: return "\(head) cleared"
    case .copy(let source): return "\(head) copies layer \(source.layer) head \(source.head)"
    case .norms(let before, let norms): return "norms \(HeaderLine.norms(before)) → \(HeaderLine.norms(norms))"
    }
  }
}
