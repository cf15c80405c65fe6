extension Float {
  /// The Double whose shortest digits are this number's own, so that files show 0.1 and not 0.10000000149011612.
  package var shortestDecimal: Double { Double("\(self)") ?? Double(self) }
}
