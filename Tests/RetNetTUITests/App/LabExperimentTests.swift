import Testing

@testable import RetNet
@testable import RetNetAnalysis
@testable import RetNetSession
@testable import RetNetTUI
@testable import TerminalKit

@Suite("Laboratory: experiments")
struct LabExperimentTests {
  private let frozen = Experiment(.freeze(true), at: HeadIndex(layer: 3, head: 2))

  private func state(_ page: Lab.Page, _ experiments: [Experiment]) -> AppState {
    var state = LabFixtures.state(page, columns: 110, rows: 40)
    var summary = SessionSummary(position: state.position, length: state.position)
    summary.experiments = experiments.map { SessionSummary.Entry(experiment: $0, position: 9) }
    _ = update(&state, .session(summary))
    return state
  }

  private func asks(_ effects: [Effect]) -> Bool {
    effects.contains { if case .analysis(.laboratory) = $0 { true } else { false } }
  }

  @Test(
    "A page that computes the unchanged model refuses a session with experiments on heads, and names the first",
    arguments: [Lab.Page.forms, .agreement, .norms, .precision])
  func refused(page: Lab.Page) {
    var state = state(page, [frozen, Experiment(.scale(0), at: HeadIndex(layer: 0, head: 1))])
    _ = update(&state, .key(.escape))
    #expect(!asks(update(&state, .key(","))))
    let text = render(state).text.split(separator: "\n").joined(separator: " ")
    #expect(text.contains("This session has experiments (layer 3 head 2 frozen and 1 more)"))
    #expect(!text.contains("Three forms, one o"))
    #expect(PagedView(state).text.contains { $0.contains("has experiments") })
  }

  @Test("Costs and dialects do not depend on experiments, and other norms are none")
  func allowed() {
    #expect(state(.costs, [frozen]).labRefusal == nil)
    #expect(state(.dialects, [frozen]).labRefusal == nil)
    let norms = Experiment(
      .norms(from: NormOptions(), to: NormOptions(group: .rms)), at: HeadIndex(layer: 0, head: 0))
    #expect(state(.forms, [norms]).labRefusal == nil)
    #expect(render(state(.forms, [norms])).text.contains("Three forms, one o"))
  }
}
