/// An array that stores equal consecutive elements once.
package struct RunLengthArray<Element: Equatable & Sendable>: RandomAccessCollection, Sendable {
  private struct Run: Sendable {
    var element: Element
    /// The index after the run.
    var end: Int
  }

  private var runs: [Run] = []

  package init() {}

  package init(_ elements: some Sequence<Element>) { for element in elements { append(element) } }

  package var startIndex: Int { 0 }
  package var endIndex: Int { runs.last?.end ?? 0 }

  /// O(log n) in the number of runs.
  package subscript(index: Int) -> Element {
    precondition(indices.contains(index), "index \(index) of \(count) elements")
    return runs[runs.partitioningIndex { index < $0.end }].element
  }

  package mutating func append(_ element: Element) {
    let end = endIndex + 1
    if runs.last?.element == element {
      runs[runs.count - 1].end = end
    } else {
      runs.append(Run(element: element, end: end))
    }
  }

  /// Removes elements at the end until `count` are left.
  package mutating func truncate(to count: Int) {
    guard count < endIndex else { return }
    runs.removeLast(runs.count - runs.partitioningIndex { count <= $0.end } - (count > 0 ? 1 : 0))
    if count > 0 { runs[runs.count - 1].end = count }
  }
}

extension RandomAccessCollection where Index == Int {
  /// The first index whose element satisfies a condition that all later elements satisfy too; `endIndex` if none does.
  func partitioningIndex(_ isAfter: (Element) -> Bool) -> Int {
    var (low, high) = (startIndex, endIndex)
    while low < high {
      let middle = low + (high - low) / 2
      if isAfter(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
