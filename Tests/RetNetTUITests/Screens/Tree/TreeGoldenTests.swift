import Testing

@testable import RetNet
@testable import RetNetSession
@testable import RetNetTUI
@testable import TerminalKit

/// Whole screens of the tree of replies, compared with the files in `Goldens/tree`.
@Suite("Tree of replies: whole screens")
struct TreeGoldenTests {
  static let sizes = [(columns: 80, rows: 24), (columns: 120, rows: 36), (columns: 200, rows: 60)]

  @Test("The pages are drawn as their files show", arguments: ReplyTree.Page.allCases, sizes)
  func pages(_ page: ReplyTree.Page, size: (columns: Int, rows: Int)) {
    expectScreen(TreeFixtures.state(page, columns: size.columns, rows: size.rows), "tree/\(page)")
  }

  @Test("Small windows keep the selected line, continuation and block", arguments: ReplyTree.Page.allCases)
  func small(_ page: ReplyTree.Page) {
    expectScreen(TreeFixtures.state(page, columns: 40, rows: 10), "tree/\(page)")
  }

  @Test("Before the first token a page says how to fill it", arguments: ReplyTree.Page.allCases)
  func start(_ page: ReplyTree.Page) {
    var state = Fixtures.ready()
    state.view = .tree
    state.tree.page = page
    expectScreen(state, "tree/start-\(page)")
  }

  @Test(
    "Probabilities are brightness, or attributes without colours",
    arguments: [ColorDepth.direct, .colors256, .colors16, .colors8, .monochrome])
  func colours(_ depth: ColorDepth) {
    expectColours(TreeFixtures.state(.tree, traits: ScreenTraits(depth: depth, theme: Theme(.dark))), "tree/colours")
  }

  @Test("The conversation shows the probability of each token of a reply", arguments: [ColorDepth.colors256, .colors8])
  func conversation(_ depth: ColorDepth) {
    var state = Fixtures.speaking(traits: ScreenTraits(depth: depth, theme: Theme(.dark)))
    state.settings.showsProbabilities = true
    expectColours(state, "tree/conversation")
  }
}
