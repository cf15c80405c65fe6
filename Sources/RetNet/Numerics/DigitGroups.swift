extension Int {
  /// The digits of the magnitude in groups of three, such as `6,557,312`.
  package func digitGroups(separator: String = ",") -> String {
    var digits = String(magnitude)
    var groups: [String] = []
    while digits.count > 3 {
      groups.insert(String(digits.suffix(3)), at: 0)
      digits.removeLast(3)
    }
    groups.insert(digits, at: 0)
    return groups.joined(separator: separator)
  }
}
