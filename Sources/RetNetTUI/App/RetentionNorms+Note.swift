import RetNet

extension RetentionNorms {
  /// What `form` leaves out of these norms, as a sentence; nil where it computes all of them.
  package func note(in form: RetentionForm) -> String? {
    guard available(in: form, from: 0) != self else { return nil }
    return "torchscale's norm 3 exists in the parallel form only: the \(form.name) form leaves its divisor out."
  }
}

extension RetentionForm {
  /// The form's name without its chunk length.
  package var name: String {
    switch self {
    case .parallel: "parallel"
    case .recurrent: "recurrent"
    case .chunkwise: "chunkwise"
    }
  }
}
