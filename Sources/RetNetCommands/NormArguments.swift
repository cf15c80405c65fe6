import ArgumentParser
import RetNet
import RetNetAnalysis
import RetNetTUI

/// The norms of a command. Options that are not given keep the model's own.
struct NormArguments: ParsableArguments {
  enum Switch: String, ExpressibleByArgument, CaseIterable {
    case on, off
  }

  @Option(help: "Scale the keys by d_k^(−1/2).")
  var norm1: Switch?
  @Option(help: "Divide a row of decays by the root of its sum.")
  var norm2: Switch?
  @Option(help: "Divide a row of scores by the magnitude of its sum.")
  var norm3: RetentionNorms.Score?
  @Option(help: "Norm of each head's output; model selects the checkpoint's, with its weights.")
  var groupNorm: NormOptions.Group?
  @Option(help: "ε of the group norm.")
  var eps: Float?

  func validate() throws {
    if let eps, !(0...1).contains(eps) { throw ValidationError("--eps is \(eps), but must be from 0 to 1.") }
  }

  /// The given options as choices of the app.
  var choices: NormChoices {
    var choices = NormChoices()
    choices.norm1 = norm1.map { $0 == .on }
    choices.norm2 = norm2.map { $0 == .on }
    choices.norm3 = norm3
    choices.group = groupNorm
    choices.epsilon = eps.map { .some($0) }
    return choices
  }

  /// The model's norms with the given options applied.
  func applied(to model: NormOptions) -> NormOptions { choices.applied(to: model) }

  /// Reports on stderr which of `norms` do not apply in `form`.
  static func report(_ norms: RetentionNorms, in form: RetentionForm) {
    if let note = norms.note(in: form) { StandardError.message(note) }
  }
}

extension RetentionNorms.Score: ExpressibleByArgument {}
extension NormOptions.Group: ExpressibleByArgument {}
