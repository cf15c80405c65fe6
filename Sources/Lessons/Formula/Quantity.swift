/// The numbers of a session that formulas can use. Layers, heads, rows, columns and tokens count from 0, ranks from 1.
/// "The token" is the last one read.
package enum Quantity: String, Sendable, Hashable, CaseIterable {
  // The session
  case position, tokens, branches, experiments
  // The model
  case layers, heads, headDim, valueDim, stateBytes, cacheBytes
  // Settings
  case layer, head, row, column, norm1, norm2, norm3, groupNorm, epsilon, chunkLength
  case headScale, frozen, cleared, nextGamma
  // A head after the token
  case gamma, halfLife, state, before, keySum, decaySum, norm, rank
  // The token in a head
  case query, key, value, readout, rowScale, divisor, energy, factor
  // Earlier tokens, and what is left of them
  case queryAt, keyAt, valueAt, weight, written, score, share
  // The prediction
  case probability, entropy, surprise
  // The forms laboratory
  case formDifference, formBudget, formToken, formGap, formGapBudget, normDifference, normDifferenceAfter, divergence,
    changedTokens
  case precisionError, precisionLength, formSeconds, formBytes, formOperations

  /// Names of constants, and of the numbers that stand for settings.
  package static let constants: [String: Double] = [
    "pi": Double.pi, "off": 0, "on": 1, "paper": 1, "torchscale": 2, "model": 1, "rms": 2, "layerNorm": 3,
    "parallel": 0, "chunkwise": 1, "recurrent": 2, "bfloat16": 3, "normalizedState": 4, "localRowSum": 5,
  ]

  /// A reading of the forms laboratory, the source of a quantity.
  package enum Reading: Sendable, Hashable, CaseIterable { case forms, norms, precision, costs }

  /// The names of its arguments.
  package var arguments: [String] {
    switch self {
    case .position, .tokens, .branches, .experiments, .layers, .heads, .headDim, .valueDim, .stateBytes, .layer, .head,
      .row, .column, .norm1, .norm2, .norm3, .groupNorm, .epsilon, .chunkLength, .entropy, .formToken, .formGap,
      .formGapBudget, .divergence, .changedTokens:
      []
    case .cacheBytes: ["tokens"]
    case .headScale, .frozen, .cleared, .nextGamma, .gamma, .halfLife, .decaySum, .norm, .rank, .rowScale, .divisor,
      .energy,
      .factor:
      ["layer", "head"]
    case .state, .before: ["layer", "head", "row", "column"]
    case .keySum, .query, .key: ["layer", "head", "row"]
    case .value, .readout: ["layer", "head", "column"]
    case .queryAt, .keyAt: ["token", "layer", "head", "row"]
    case .valueAt: ["token", "layer", "head", "column"]
    case .weight, .score, .share: ["token", "layer", "head"]
    case .written: ["token", "layer", "head", "row", "column"]
    case .probability: ["rank"]
    case .surprise: ["token"]
    case .formDifference, .formBudget: ["form"]
    case .normDifference, .normDifferenceAfter: ["head"]
    case .precisionError: ["method", "index"]
    case .precisionLength: ["index"]
    case .formSeconds, .formBytes, .formOperations: ["form", "length"]
    }
  }

  /// Its meaning in one line.
  package var meaning: String {
    switch self {
    case .position: "number of tokens read; the last one is token `position − 1`"
    case .tokens: "number of recorded tokens, including those after the current position"
    case .branches: "number of branches of the session"
    case .experiments: "number of active experiments"
    case .layers: "number of layers of the model"
    case .heads: "number of heads of a layer"
    case .headDim: "d_k, the number of rows of S"
    case .valueDim: "d_v, the number of columns of S"
    case .stateBytes: "bytes of the state of all layers: S in Float32, z and c in Double"
    case .cacheBytes: "bytes of the KV cache of a Transformer of the same widths for this number of tokens, in Float32"
    case .layer: "the selected layer"
    case .head: "the selected head"
    case .row: "the row of the probe"
    case .column: "the column of the probe"
    case .norm1: "norm 1 of the next step, off or on"
    case .norm2: "norm 2, off or on"
    case .norm3: "norm 3, off, paper or torchscale"
    case .groupNorm: "the group norm, off, model, rms or layerNorm"
    case .epsilon: "ε of the group norm, if ':eps' has set it"
    case .chunkLength: "number of tokens in a chunk of the forms view"
    case .headScale: "factor of the head's output in the next step; 0 is off"
    case .frozen: "whether the next step keeps the head's state unchanged"
    case .cleared: "whether ':zero' has cleared the head in this session"
    case .nextGamma: "γ of the next step"
    case .gamma: "γ of the last step"
    case .halfLife: "number of tokens until half is left, ln ½ / ln γ"
    case .state: "S_ij"
    case .before: "S_ij before the last step"
    case .keySum: "z_i"
    case .decaySum: "c"
    case .norm: "‖S‖, the root of the sum of squared entries"
    case .rank: "effective rank of S, from 1 to min(d_k, d_v)"
    case .query: "q_i, rotated"
    case .key: "k_i, rotated"
    case .value: "v_j"
    case .readout: "o_j before the group norm, with norms 1 to 3"
    case .rowScale: "r_n of norm 2; 1 if it is off"
    case .divisor: "the divisor of norm 3; 1 if it is off"
    case .energy: "‖o‖ before the group norm"
    case .factor: "f_n = s r_n / divisor, the joint factor of norms 1 to 3"
    case .queryAt: "q_i of an earlier token"
    case .keyAt: "k_i of an earlier token"
    case .valueAt: "v_j of an earlier token"
    case .weight: "the share left of a token, γ^(n−m) without experiments"
    case .written: "a token's part of S_ij, weight · k_i · v_j"
    case .score: "f_n γ^(n−m) q_n·k_m"
    case .share: "|score| as a share of the sum of |score| over all tokens"
    case .probability: "probability of the next token with this rank; rank 1 is the most probable"
    case .entropy: "entropy of the next token, in nats"
    case .surprise: "−ln p of a token, predicted from the tokens before it"
    case .formDifference:
      "largest difference of a form from Eq. 4 in Double, before the group norm, as a share of the largest |o|"
    case .formBudget: "rounding bound at the place of the largest difference"
    case .formToken: "token whose output the page forms shows"
    case .formGap: "largest difference between two forms in that token's output, as a share of the largest |o|"
    case .formGapBudget: "rounding bound of that difference"
    case .normDifference: "change of a head's output by the chosen norms, as a share of the largest |o|"
    case .normDifferenceAfter: "the same after the group norm"
    case .divergence: "KL of the next token's distribution under the chosen norms, in nats"
    case .changedTokens: "number of tokens after which the chosen norms change the most probable token"
    case .precisionError: "error of a method at the length with this index, from 1"
    case .precisionLength: "the length with this index, in tokens, from 1"
    case .formSeconds: "measured time of a form for this number of tokens"
    case .formBytes: "bytes that a form needs in addition to q, k, v and o"
    case .formOperations: "floating-point operations of a form"
    }
  }

  /// The laboratory's reading that supplies it; nil if every step result has it.
  package var reading: Reading? {
    switch self {
    case .formDifference, .formBudget, .formToken, .formGap, .formGapBudget: .forms
    case .normDifference, .normDifferenceAfter, .divergence, .changedTokens: .norms
    case .precisionError, .precisionLength: .precision
    case .formSeconds, .formBytes, .formOperations: .costs
    default: nil
    }
  }

  /// `gamma(layer, head)`
  package var signature: String { rawValue + (arguments.isEmpty ? "" : "(\(arguments.joined(separator: ", ")))") }
}

/// Words of a session that texts can contain.
package enum WordQuantity: String, Sendable, Hashable, CaseIterable {
  /// A recorded token, as the screen shows it.
  case piece
  /// A candidate for the next token.
  case candidate

  package var arguments: [String] {
    switch self {
    case .piece: ["token"]
    case .candidate: ["rank"]
    }
  }

  package var signature: String { rawValue + "(\(arguments.joined(separator: ", ")))" }
}

/// Supplies the numbers of a lesson from a session with a model.
package protocol LessonFacts {
  /// - Parameter arguments: as many as `quantity.arguments`.
  func value(of quantity: Quantity, _ arguments: [Double]) throws(FormulaError) -> Double
  func text(of quantity: WordQuantity, _ arguments: [Double]) throws(FormulaError) -> String
}
