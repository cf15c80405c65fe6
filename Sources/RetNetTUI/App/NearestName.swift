/// Suggests a name for a mistyped one.
package enum NearestName {
  /// The first name that begins with `typed`, else the nearest within an edit distance of 2, else nil.
  package static func of(_ typed: String, among names: [String]) -> String? {
    guard !typed.isEmpty else { return nil }
    if let begun = names.first(where: { $0.hasPrefix(typed) }) { return begun }
    let ranked = names.map { (distance: editDistance(Array($0), Array(typed)), name: $0) }
    return ranked.min { $0.distance < $1.distance }.flatMap { $0.distance <= 2 ? $0.name : nil }
  }

  /// Levenshtein's distance.
  private static func editDistance(_ a: [Character], _ b: [Character]) -> Int {
    var row = Array(0...b.count)
    for i in a.indices {
      var diagonal = row[0]
      row[0] = i + 1
      for j in b.indices {
        let cost = min(diagonal + (a[i] == b[j] ? 0 : 1), row[j] + 1, row[j + 1] + 1)
        diagonal = row[j + 1]
        row[j + 1] = cost
      }
    }
    return row[b.count]
  }
}
