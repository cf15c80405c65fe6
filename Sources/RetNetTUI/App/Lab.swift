import RetNet

/// The forms laboratory's own part of the screen's state: what it shows, and what the engine has answered.
struct Lab: Sendable, Hashable {
  /// What lies between the header and the input line.
  enum Page: String, Sendable, Hashable, CaseIterable {
    /// The three forms side by side.
    case forms
    /// What the norms do.
    case norms
    /// What implementations do differently.
    case dialects
    /// Errors over very many tokens.
    case precision
    /// Operations, memory and time.
    case costs
  }

  var page = Page.forms
  /// Tokens in a chunk of the chunkwise form.
  var chunkLength = 16
  var forms: FormsReading?
  var norms: NormsReading?
  var precision: PrecisionReading?
  var costs: CostsReading?

  mutating func take(_ reading: LabReading) {
    switch reading {
    case .forms(let forms): self.forms = forms
    case .norms(let norms): self.norms = norms
    case .precision(let precision): self.precision = precision
    case .costs(let costs): self.costs = costs
    }
  }

  /// A new session has none of what was read on the last.
  mutating func forgetSession() { (forms, norms, precision, costs) = (nil, nil, nil, nil) }
}
