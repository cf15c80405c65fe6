import Testing

@testable import RetNetTUI

/// Whole screens, compared with the files in `Goldens/laboratory`. Half blocks show where the heatmaps are;
/// `LabPagesTests` tests what they show.
@Suite("Laboratory: whole screens")
struct LabGoldenTests {
  @Test("Every page is drawn as its file shows", arguments: Lab.Page.allCases, ScreenFile.sizes)
  func pages(_ page: Lab.Page, size: (columns: Int, rows: Int)) {
    expectScreen(LabFixtures.state(page, columns: size.columns, rows: size.rows), "laboratory/\(page)")
  }
}
