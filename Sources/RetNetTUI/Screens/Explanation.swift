import TerminalKit

/// What a page or a pane shows. Help, pages without data and the text under the mouse read this one definition.
struct Explanation: Sendable, Hashable {
  var name: String
  /// The content in one sentence.
  var purpose: String
  /// How to read the picture.
  var picture: String
}

extension AppState {
  /// The explanations of what is on the screen, the page under the focus first.
  var explanations: [Explanation] {
    let page: [Explanation] =
      switch shownView {
      case .live: LivePane.allCases.map(\.explanation)
      case .explorer: [explorer.page.explanation]
      case .forms: [lab.page.explanation]
      case .tree: [tree.page.explanation]
      case .lessons: []
      }
    return (view == .lessons ? [Self.lessonsExplanation] : []) + page
  }

  private static let lessonsExplanation = Explanation(
    name: "Lessons", purpose: "Retention in small steps, with numbers of a model that runs beside the text.",
    picture:
      "A question takes a number, a formula such as 0.97^3, or a letter. 'hint' and 'why' help, and every command "
      + "works: the page beside the text shows the lesson's own session. Your conversation waits until the lesson ends."
  )
}

/// A pane of the live view.
enum LivePane: CaseIterable, Sendable {
  case conversation, memory, tokens, state, candidates

  var explanation: Explanation {
    switch self {
    case .conversation:
      Explanation(
        name: "Conversation", purpose: "What you wrote and what the model writes, token by token.",
        picture:
          "Muted text is not read yet, or queued until the reply ends. Every other pane shows the model after the "
          + "last token here.")
    case .state:
      Explanation(
        name: "State", purpose: "S, the whole memory of the selected head.",
        picture:
          "Rows belong to entries of the key, columns to entries of the value. Colour shows sign and size; the scale "
          + "is in the title. A cell that stands for several entries shows the largest. After → the pane shows the "
          + "step: S before, what fades (γ S), what is written (kᵀv), S after. S switches between the two.")
    case .memory:
      Explanation(
        name: "Memory", purpose: "What each head of the layer still holds of each recent token.",
        picture:
          "A head multiplies its state by γ at every token, so half of it is left after its half-life. A cell is the "
          + "share of ‖S‖ that stems from one token, brighter for more; ; and ' select a token and give the number. A "
          + "letter after a head marks an experiment: F frozen, 0 off, × scaled, ≠ another γ, E cleared or copied.")
    case .tokens:
      Explanation(
        name: "Tokens", purpose: "The last tokens that the model has read, the current one in brackets.",
        picture: "The bar under a token is its share of what the selected head reads now.")
    case .candidates:
      Explanation(
        name: "Next token", purpose: "The most probable next tokens, before sampling.",
        picture: "The entropy is low where the model is sure.")
    }
  }
}

extension Explorer.Page {
  var explanation: Explanation {
    let (purpose, picture) = words
    return Explanation(name: "Page \(rawValue)", purpose: purpose, picture: picture)
  }

  /// The content of the page, and how to read it.
  private var words: (purpose: String, picture: String) {
    switch self {
    case .overview:
      (
        "All layers and heads, small.",
        "Each tile is one matrix S, with its own colour scale. Enter opens the selected one."
      )
    case .head:
      (
        "The whole matrix of one head.",
        "Rows belong to entries of the key, columns to entries of the value. The probe reads one entry in numbers; v shows "
          + "the change of the last step, the last token's share, or a difference instead."
      )
    case .cell:
      (
        "The arithmetic of the last step, entry by entry.",
        "Each entry is γ times its old value plus k_i v_j. The sum is compared with the stored entry, bit by bit."
      )
    case .decay:
      (
        "The decay of every head.",
        "A curve is γⁿ, what is left of a token after n more. A horizon is the distance at which 1 % or 0.1 % is left."
      )
    case .writers:
      (
        "Which tokens wrote the selected entry, and in which heads a token is still present.",
        "A bar is γ^(n−m) k_i v_j of token m; all of them add up to the entry. Enter takes the entry's row, its column or "
          + "the whole head instead."
      )
    case .reading:
      (
        "What the current token reads of each token, head by head.",
        "The score of token m is f γ^(n−m) q·k. A share is its part of all scores by magnitude."
      )
    case .prediction:
      (
        "The candidates for the next token, after each stage of the sampler, and the logit lens of each layer.",
        "A dot is a token that a stage has dropped. The lens applies the last norm and the output layer to the residual "
          + "stream of an earlier layer: it shows where the prediction is made."
      )
    case .statistics:
      (
        "Norm, rank, saturation and energy of every head over time.",
        "Each line is one head. An effective rank near 1 is a single outer product; a filled horizon forgets as fast as it "
          + "reads."
      )
    case .experiments:
      (
        "Heads that are scaled, frozen, cleared, copied or given another decay.",
        "An experiment begins with the next step. u undoes the last one and returns to the state before it."
      )
    case .branches:
      (
        "The branches of this session, and the breakpoints.",
        "A step with another token, norm or experiment before the end starts a branch; the earlier one stays."
      )
    }
  }
}

extension ReplyTree.Page {
  var explanation: Explanation {
    let (purpose, picture) = words
    return Explanation(name: "Page \(rawValue)", purpose: purpose, picture: picture)
  }

  private var words: (purpose: String, picture: String) {
    switch self {
    case .tree:
      (
        "The session as a tree: the text of every branch, from the point where it forks.",
        "A token is brighter the more probable it was. ● is the current position, ★ a bookmark, ✎ a note. Arrows select "
          + "a token, Enter goes there, * draws continuations of it."
      )
    case .replies:
      (
        "Continuations of one position, side by side, each a branch of the tree.",
        "The number above a continuation is the sum of the logarithms of its probabilities, and their mean for a token. "
          + "Enter continues the selected one."
      )
    case .tokens:
      (
        "The next tokens as blocks, each divided by the tokens after it.",
        "The height of a block is the probability of its tokens from the current position on, before sampling. Enter "
          + "picks the tokens up to the selected block."
      )
    }
  }
}

extension Lab.Page {
  var explanation: Explanation {
    let (purpose, picture) = words
    return Explanation(name: "Page \(rawValue)", purpose: purpose, picture: picture)
  }

  private var words: (purpose: String, picture: String) {
    switch self {
    case .forms:
      (
        "One token's output in the parallel, the recurrent and the chunkwise form, side by side.",
        "The three rows of numbers are the same o. The parallel form reads a row of R, the recurrent form one matrix, the "
          + "chunkwise form the scores of a chunk and the matrix before it. j and k select the token."
      )
    case .agreement:
      (
        "The forms' errors against Eq. 4 in Double, with their rounding bounds.",
        "A bar is the error of one token on a logarithmic scale. A bar above its line is more than rounding explains."
      )
    case .norms:
      (
        "What norms 1 to 3 and the group norm do, compared with the trained ones.",
        "A factor that a norm puts on an output is removed by the group norm, except for ε. So most changes are small after "
          + "it."
      )
    case .dialects:
      (
        "Differences between the paper and its implementations, line by line.",
        "A checkpoint gives right numbers only under the conventions of its own dialect."
      )
    case .precision:
      (
        "Errors of five ways to store one head's memory, after up to 100,000 tokens.",
        "A long half-life adds up many roundings, a short one forgets them."
      )
    case .costs:
      (
        "Operations, memory and time of each form over increasing lengths.",
        "Both axes are logarithmic. The parallel form grows with the square of the length, the others in proportion to it; "
          + "the state does not grow."
      )
    }
  }
}
