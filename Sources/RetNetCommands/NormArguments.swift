import ArgumentParser
import RetNet
import RetNetAnalysis
import RetNetTUI

/// Which norms a command computes with; what is not given is the model's own.
struct NormArguments: ParsableArguments {
  enum Switch: String, ExpressibleByArgument, CaseIterable {
    case on, off
  }

  @Option(help: "Scale the keys by d_k^(−1/2).")
  var norm1: Switch?
  @Option(help: "Divide a row of decays by the root of its sum.")
  var norm2: Switch?
  @Option(help: "Divide a row of scores by its magnitude.")
  var norm3: RetentionNorms.Score?
  @Option(help: "Norm of each head's output; model is the checkpoint's, with its weights.")
  var groupNorm: NormOptions.Group?
  @Option(help: "ε of the group norm.")
  var eps: Float?

  func validate() throws {
    if let eps, !(0...1).contains(eps) { throw ValidationError("--eps is \(eps), but must be from 0 to 1.") }
  }

  /// What was given, as the app's own choices.
  var choices: NormChoices {
    var choices = NormChoices()
    choices.norm1 = norm1.map { $0 == .on }
    choices.norm2 = norm2.map { $0 == .on }
    choices.norm3 = norm3
    choices.group = groupNorm
    choices.epsilon = eps.map { .some($0) }
    return choices
  }

  /// The model's norms with what was given in their place.
  func applied(to model: NormOptions) -> NormOptions { choices.applied(to: model) }

  /// Says on stderr what `form` leaves out of `norms`.
  static func tell(_ norms: RetentionNorms, in form: RetentionForm) {
    if let note = norms.note(in: form) { StandardError.message(note) }
  }
}

extension RetentionNorms.Score: ExpressibleByArgument {}
extension NormOptions.Group: ExpressibleByArgument {}
