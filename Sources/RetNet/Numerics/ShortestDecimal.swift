extension Float {
  /// The Double with the same shortest decimal representation, so that files show 0.1 and not 0.10000000149011612.
  package var shortestDecimal: Double { Double("\(self)") ?? Double(self) }
}
