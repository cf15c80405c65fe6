/// The symbols of the lessons, each with a definition and its equation in the paper (arXiv 2307.08621).
package struct Glossary: Sendable, Hashable {
  package struct Entry: Sendable, Hashable {
    package var symbol: String
    /// Other spellings, which a learner can type.
    package var aliases: [String]
    package var definition: String
    /// `Eq. 6`
    package var source: String
    /// The quantity that the symbol stands for in an answer; nil for vectors and matrices.
    package var quantity: Quantity?

    /// `S (Eq. 6): …`
    package var text: String { "\(symbol) (\(source)): \(definition)" }
  }

  /// The entry of a symbol as it is written.
  static func entry(symbol: String) -> Entry? { entries.first { $0.symbol == symbol } }

  /// The entry of a symbol or an alias.
  package static func entry(_ symbol: String) -> Entry? {
    entry(symbol: symbol)
      ?? entries.first { $0.aliases.contains(symbol) }
      ?? entries.first { ([$0.symbol] + $0.aliases).contains { $0.lowercased() == symbol.lowercased() } }
  }

  package static let entries: [Entry] = [
    Entry(
      symbol: "S", aliases: ["S_n", "state"],
      definition:
        "the retention state, a matrix of d_k rows and d_v columns: S_n = γ S_(n−1) + k_nᵀ v_n, zero before token 0.",
      source: "Eq. 6"),
    Entry(
      symbol: "z", aliases: ["z_n", "keysum"],
      definition:
        "the decayed sum of keys z_n = γ z_(n−1) + k_n; q_n·z_n is the row sum that norm 3 needs in Eqs. 6 and 7.",
      source: "this program, for norm 3 of Section 2.2"),
    Entry(
      symbol: "c", aliases: ["c_n", "decaysum"],
      definition: "the row sum of the decay mask, c_n = γ c_(n−1) + 1 = Σ_m γ^(n−m), which norm 2 needs.",
      source: "this program, for norm 2 of Section 2.2", quantity: .decaySum),
    Entry(
      symbol: "γ", aliases: ["gamma", "decay"],
      definition:
        "the decay of a head, between 0 and 1: the share of the state left after one token, γ_h = 1 − 2^(−5−h).",
      source: "Eq. 4, its values Eq. 8", quantity: .gamma),
    Entry(
      symbol: "θ", aliases: ["theta"],
      definition: "the angle by which xPos rotates a pair of entries of q and k from one token to the next.",
      source: "Eqs. 3 and 5"),
    Entry(
      symbol: "D", aliases: ["D_nm", "mask"],
      definition: "the decay mask, D_nm = γ^(n−m) for n ≥ m, and 0 for later tokens.",
      source: "Eq. 5"),
    Entry(
      symbol: "R", aliases: ["R_i", "R_n", "scores"],
      definition:
        "in Section 2.2 the scores R = QKᵀ ⊙ D, one row per token; in Eq. 7 the state after a chunk, called S here.",
      source: "Section 2.2 and Eq. 7"),
    Entry(
      symbol: "r_n", aliases: ["r", "rowscale"],
      definition: "norm 2's factor of a row, 1/√(Σ_i D_ni) = 1/√c_n.", source: "Section 2.2", quantity: .rowScale),
    Entry(
      symbol: "f_n", aliases: ["f", "factor"],
      definition: "the joint effect of norms 1, 2 and 3 on a token's output: one positive factor.",
      source: "Section 2.2", quantity: .factor),
    Entry(
      symbol: "ξ", aliases: ["xi"],
      definition:
        "the share of the previous chunk's state left at a token of this chunk, ξ_n = γ^(n+1) with n from 0.",
      source: "Eq. 7"),
    Entry(
      symbol: "ζ", aliases: ["zeta"],
      definition: "the share of a token left at the end of its chunk, ζ_m = γ^(C−1−m) with m from 0.",
      source: "Eq. 7"),
    Entry(
      symbol: "C", aliases: ["B", "chunk"], definition: "the number of tokens in a chunk; the paper calls it B.",
      source: "Eq. 7", quantity: .chunkLength),
    Entry(
      symbol: "q", aliases: ["q_n", "Q", "query"],
      definition: "the query of a token, x W_Q rotated by its position: what it looks for, d_k numbers per head.",
      source: "Eqs. 2 and 5"),
    Entry(
      symbol: "k", aliases: ["k_n", "k_m", "K", "key"],
      definition: "the key of a token, x W_K rotated by its position: where its value is stored, d_k numbers per head.",
      source: "Eqs. 2 and 5"),
    Entry(
      symbol: "v", aliases: ["v_n", "v_m", "V"],
      definition: "the value of a token, x W_V: what is stored, d_v numbers per head.", source: "Eqs. 1 and 5"),
    Entry(
      symbol: "o", aliases: ["o_n", "O", "output"],
      definition: "what a token reads from the state, o_n = q_n S_n, times f_n if norms are on.", source: "Eq. 6"),
    Entry(
      symbol: "W_Q", aliases: ["WQ"], definition: "the weights that map a layer's input to queries.", source: "Eq. 2"),
    Entry(
      symbol: "W_K", aliases: ["WK"], definition: "the weights that map a layer's input to keys.", source: "Eq. 2"),
    Entry(
      symbol: "W_V", aliases: ["WV"], definition: "the weights that map a layer's input to values.", source: "Eq. 5"),
    Entry(
      symbol: "W_G", aliases: ["WG", "gate"],
      definition: "the weights of the swish gate, which multiplies the normalized output entry by entry.",
      source: "Eq. 8"),
    Entry(
      symbol: "W_O", aliases: ["WO"],
      definition: "the weights that map the heads' gated outputs to the output of the layer.", source: "Eq. 8"),
    Entry(
      symbol: "ε", aliases: ["eps", "epsilon"],
      definition: "the small number under the root of the group norm, y = x / √(mean(x²) + ε).", source: "Eq. 8",
      quantity: .epsilon),
    Entry(
      symbol: "d_k", aliases: ["dk"],
      definition: "the number of entries of a head's queries and keys, and of rows of S.",
      source: "Section 2.2", quantity: .headDim),
    Entry(
      symbol: "d_v", aliases: ["dv"], definition: "the number of entries of a head's values, and of columns of S.",
      source: "Eq. 6", quantity: .valueDim),
    Entry(
      symbol: "h", aliases: ["head"],
      definition: "a head, with its own decay, state, queries, keys and values.",
      source: "Eq. 8"),
    Entry(
      symbol: "‖S‖", aliases: ["|S|", "norm"],
      definition: "the size of a state: the root of the sum of its squared entries.", source: "Eq. 6, of its S"),
    Entry(
      symbol: "÷", aliases: ["divisor"],
      definition: "norm 3's divisor of a row, max(|Σ_m R_nm|, 1), computed from the state as max(|q_n·z_n|, 1).",
      source: "Section 2.2"),
    Entry(
      symbol: "half-life", aliases: ["halflife"],
      definition: "the number of tokens after which half of a token is left, ln ½ / ln γ.", source: "Eq. 4, of its γ"),
    Entry(
      symbol: "KL", aliases: ["divergence"],
      definition:
        "the difference between two predictions, Σ p ln(p / p′) over the next tokens, in nats; 0 for equal ones.",
      source: "this program, on a model's predictions"),
    Entry(
      symbol: "n", aliases: ["m", "position"],
      definition: "positions of tokens, from 0: token n reads, token m ≤ n was written.", source: "Eq. 4"),
  ]
}
