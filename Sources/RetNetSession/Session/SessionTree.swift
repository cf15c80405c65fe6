/// The tokens of all branches of a session, for the display as a tree.
package struct SessionTree: Sendable, Hashable {
  package struct Token: Sendable, Hashable {
    /// The characters that the token completes; the piece of a control symbol.
    package var text: String
    package var role: StepResult.Role
    /// ln p of the token before sampling stages; nil for the first token, and while it is not computed.
    package var logProbability: Float?

    package init(text: String, role: StepResult.Role, logProbability: Float?) {
      (self.text, self.role, self.logProbability) = (text, role, logProbability)
    }
  }

  /// The tokens after the fork of each branch.
  package var tokens: [Int: [Token]]

  package init(tokens: [Int: [Token]] = [:]) { self.tokens = tokens }
}
