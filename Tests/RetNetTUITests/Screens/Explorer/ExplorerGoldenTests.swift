import Testing

@testable import RetNet
@testable import RetNetTUI
@testable import TerminalKit

/// Whole screens, compared with the files in `Goldens/explorer`. Half blocks show where the heatmaps are;
/// `ExplorerPagesTests` tests their colours, `ExplorerListPagesTests` the numbers of the lists.
@Suite("Explorer: whole screens")
struct ExplorerGoldenTests {
  @Test(
    "All heads, one head, a corner of S and the decay are drawn as their files show",
    arguments: [Explorer.Page.overview, .head, .cell, .decay], ScreenFile.sizes)
  func states(_ page: Explorer.Page, size: (columns: Int, rows: Int)) {
    expectScreen(ExplorerFixtures.state(page, columns: size.columns, rows: size.rows), "explorer/\(page)")
  }

  @Test(
    "The pages of lists are drawn as their files show",
    arguments: [Explorer.Page.writers, .reading, .prediction, .statistics, .experiments, .branches], ScreenFile.sizes)
  func lists(_ page: Explorer.Page, size: (columns: Int, rows: Int)) {
    expectScreen(ExplorerFixtures.filled(page, columns: size.columns, rows: size.rows), "explorer/\(page)")
  }

  @Test("80×24 without colours draws thumbnails as glyphs and a frame at the selected one")
  func monochrome() {
    let state = ExplorerFixtures.state(.overview, traits: ScreenTraits(depth: .monochrome))
    expectScreen(state, "explorer/overview-monochrome")
  }

  @Test(
    "40×10 has the heads around the selected one, or two rows of the corner and the whole probed entry",
    arguments: [Explorer.Page.overview, .cell])
  func small(_ page: Explorer.Page) {
    expectScreen(ExplorerFixtures.state(page, columns: 40, rows: 10), "explorer/\(page)")
  }

  @Test("Before the first token a page says how to fill it")
  func start() {
    var state = Fixtures.ready()
    state.view = .explorer
    expectScreen(state, "explorer/start")
  }
}
