/// Suggests a name for a mistyped one.
package enum NearestName {
  /// The first name that begins with `typed`, else the nearest within an edit distance of 2, else nil.
  package static func of(_ typed: String, among names: [String]) -> String? {
    guard !typed.isEmpty else { return nil }
    if let begun = names.first(where: { $0.hasPrefix(typed) }) { return begun }
    let ranked = names.map { (distance: editDistance(Array($0), Array(typed)), name: $0) }
    return ranked.min { $0.distance < $1.distance }.flatMap { $0.distance <= 2 ? $0.name : nil }
  }

  /// The number of inserted, deleted, replaced and swapped adjacent characters.
  private static func editDistance(_ a: [Character], _ b: [Character]) -> Int {
    var (last, row) = ([Int](), Array(0...b.count))
    for i in a.indices {
      let above = row
      row[0] = i + 1
      for j in b.indices {
        row[j + 1] = min(above[j] + (a[i] == b[j] ? 0 : 1), row[j] + 1, above[j + 1] + 1)
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { row[j + 1] = min(row[j + 1], last[j - 1] + 1) }
      }
      last = above
    }
    return row[b.count]
  }
}
