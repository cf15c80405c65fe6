/// The last elements of a growing list, indexed from 0.
///
/// A dropped element is set to nil at once. The array is shortened by an eighth of its length at a time, so that the
/// cost of an append does not depend on the length.
struct SlidingWindow<Element: Hashable & Sendable>: RandomAccessCollection, Hashable, Sendable {
  /// `dropped` nil entries, then the elements.
  private var stored: [Element?] = []
  private var dropped = 0

  var startIndex: Int { 0 }
  var endIndex: Int { stored.count - dropped }

  subscript(index: Int) -> Element {
    guard index >= 0, let element = stored[dropped + index] else {
      preconditionFailure("element \(index) of \(count)")
    }
    return element
  }

  /// Appends an element and keeps the last `limit` elements; `limit` is 1 or more.
  mutating func append(_ element: Element, keeping limit: Int) {
    stored.append(element)
    while count > limit {
      stored[dropped] = nil
      dropped += 1
    }
    if dropped > limit / 8 {
      stored.removeFirst(dropped)
      dropped = 0
    }
  }

  mutating func removeLast() {
    precondition(!isEmpty, "an empty window has no last element")
    stored.removeLast()
  }

  mutating func removeAll() { self = SlidingWindow() }

  static func == (a: SlidingWindow, b: SlidingWindow) -> Bool { a.elementsEqual(b) }

  func hash(into hasher: inout Hasher) {
    for element in self { hasher.combine(element) }
  }
}
