import RetNet

/// What implementations of the paper do differently, line by line.
package struct DialectTable: Sendable, Hashable {
  package enum Column: String, Sendable, Hashable, CaseIterable {
    case paper
    case torchscale
    /// flash-linear-attention
    case fla
    /// retnet-pytorch's stand-alone module
    case msr
  }

  package struct Row: Sendable, Hashable {
    /// As in "rotation".
    package var topic: String
    /// One cell for each column.
    package var cells: [Column: String]
    /// Why it matters, in one sentence.
    package var note: String

    package init(topic: String, cells: [Column: String], note: String) {
      (self.topic, self.cells, self.note) = (topic, cells, note)
    }
  }

  package var rows: [Row]

  package init(rows: [Row]) { self.rows = rows }
}
