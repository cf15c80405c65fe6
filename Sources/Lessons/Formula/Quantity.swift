/// Numbers of a session that formulas may name. Layers, heads, rows and columns are counted from 0, tokens from 1; what is
/// asked of "the token" is of the last one read.
package enum Quantity: String, Sendable, Hashable, CaseIterable {
  // The session
  case position, tokens, branches, experiments
  // The model
  case layers, heads, headDim, valueDim, stateBytes, cacheBytes
  // What is chosen
  case layer, head, row, column, norm1, norm2, norm3, groupNorm, epsilon, chunkLength
  case headScale, frozen, nextGamma
  // A head after the token
  case gamma, halfLife, state, before, keySum, decaySum, norm, rank
  // What the token did in a head
  case query, key, value, readout, rowScale, divisor, energy, factor
  // What earlier tokens did, and what is left of them
  case queryAt, keyAt, valueAt, weight, written, score, share
  // What may come next
  case probability, entropy, surprise
  // The forms laboratory's
  case formDifference, formBudget, normDifference, normDifferenceAfter, divergence, changedTokens
  case precisionError, precisionLength, formSeconds, formBytes, formOperations

  /// What a formula may write for a number that stands for a choice.
  package static let constants: [String: Double] = [
    "pi": Double.pi, "off": 0, "on": 1, "paper": 1, "torchscale": 2, "model": 1, "rms": 2, "layerNorm": 3,
    "parallel": 0, "chunkwise": 1, "recurrent": 2, "bfloat16": 3, "normalizedState": 4, "localRowSum": 5,
  ]

  /// A reading of the forms laboratory that a quantity is taken from.
  package enum Reading: Sendable, Hashable, CaseIterable { case forms, norms, precision, costs }

  /// What it is asked with.
  package var arguments: [String] {
    switch self {
    case .position, .tokens, .branches, .experiments, .layers, .heads, .headDim, .valueDim, .stateBytes, .layer, .head,
      .row, .column, .norm1, .norm2, .norm3, .groupNorm, .epsilon, .chunkLength, .entropy, .divergence, .changedTokens:
      []
    case .cacheBytes: ["tokens"]
    case .headScale, .frozen, .nextGamma, .gamma, .halfLife, .decaySum, .norm, .rank, .rowScale, .divisor, .energy,
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
    case .precisionError: ["way", "index"]
    case .precisionLength: ["index"]
    case .formSeconds, .formBytes, .formOperations: ["form", "length"]
    }
  }

  /// In one line.
  package var meaning: String {
    switch self {
    case .position: "tokens read so far, n"
    case .tokens: "tokens on record, those behind the present moment included"
    case .branches: "branches of the session"
    case .experiments: "experiments in force"
    case .layers: "layers of the model"
    case .heads: "heads of a layer"
    case .headDim: "d_k, the rows of a state"
    case .valueDim: "d_v, its columns"
    case .stateBytes: "bytes of the state of all layers: S in Float32, z and c in Double"
    case .cacheBytes:
      "bytes of the keys and values that a Transformer of these widths keeps of so many tokens, in Float32"
    case .layer: "the selected layer"
    case .head: "the selected head"
    case .row: "the row of the probe"
    case .column: "the column of the probe"
    case .norm1: "norm 1 of the next step, off or on"
    case .norm2: "norm 2, off or on"
    case .norm3: "norm 3, off, paper or torchscale"
    case .groupNorm: "the group norm, off, model, rms or layerNorm"
    case .epsilon: "ε of the group norm, where one has been set"
    case .chunkLength: "tokens in a chunk of the forms view"
    case .headScale: "what the head adds in the next step, times this: 0 is off"
    case .frozen: "whether the head's state stays as it is in the next step"
    case .nextGamma: "γ of the next step"
    case .gamma: "γ of the last step"
    case .halfLife: "tokens until half is forgotten, ln ½ / ln γ"
    case .state: "S_ij"
    case .before: "S_ij before the last step"
    case .keySum: "z_i"
    case .decaySum: "c"
    case .norm: "‖S‖, the root of the sum of squares"
    case .rank: "effective rank of S, from 1 to min(d_k, d_v)"
    case .query: "q_i, rotated"
    case .key: "k_i, rotated"
    case .value: "v_j"
    case .readout: "o_j before the group norm, norms 1 to 3 included"
    case .rowScale: "r_n of norm 2; 1 where it is off"
    case .divisor: "the divisor of norm 3; 1 where it is off"
    case .energy: "‖o‖ before the group norm"
    case .factor: "f_n = s r_n / divisor, all that norms 1 to 3 do"
    case .queryAt: "q_i of an earlier token"
    case .keyAt: "k_i of an earlier token"
    case .valueAt: "v_j of an earlier token"
    case .weight: "what is left of a token, γ^(n−m) where nothing was changed"
    case .written: "a token's part in S_ij, weight · k_i · v_j"
    case .score: "f_n γ^(n−m) q_n·k_m"
    case .share: "|score| as a share of all tokens' |score|"
    case .probability: "of the candidate for the next token with this rank, 1 is the most probable"
    case .entropy: "of the next token, in nats"
    case .surprise: "−ln p of a token when it came"
    case .formDifference: "how far a form is from Eq. 4 in Double, before the group norm, as a share of the largest |o|"
    case .formBudget: "the difference that rounding explains, where the form is farthest"
    case .normDifference: "what the chosen norms change in a head's output, as a share of the largest"
    case .normDifferenceAfter: "the same behind the group norm"
    case .divergence: "KL of the next token's distribution under the chosen norms, in nats"
    case .changedTokens: "tokens behind which another one is most probable under the chosen norms"
    case .precisionError: "error of a way of keeping the memory, at the length with this index, from 1"
    case .precisionLength: "that length, in tokens"
    case .formSeconds: "time of a form over so many tokens, measured here"
    case .formBytes: "bytes that a form needs beside q, k, v and o"
    case .formOperations: "floating-point operations of a form"
    }
  }

  /// The laboratory's reading that it is taken from; nil of what every moment has.
  package var reading: Reading? {
    switch self {
    case .formDifference, .formBudget: .forms
    case .normDifference, .normDifferenceAfter, .divergence, .changedTokens: .norms
    case .precisionError, .precisionLength: .precision
    case .formSeconds, .formBytes, .formOperations: .costs
    default: nil
    }
  }

  /// `gamma(layer, head)`
  package var signature: String { rawValue + (arguments.isEmpty ? "" : "(\(arguments.joined(separator: ", ")))") }
}

/// Words of a session that texts may hold.
package enum WordQuantity: String, Sendable, Hashable, CaseIterable {
  /// A token on record, as the screen shows it.
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

/// Where the numbers of a lesson come from: a session with a model.
package protocol LessonFacts {
  /// - Parameter arguments: as many as `quantity.arguments`.
  func value(of quantity: Quantity, _ arguments: [Double]) throws(FormulaError) -> Double
  func text(of quantity: WordQuantity, _ arguments: [Double]) throws(FormulaError) -> String
}
