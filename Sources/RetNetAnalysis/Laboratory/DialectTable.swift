import RetNet

/// The differences between the paper and its implementations, one row per topic.
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
    /// For example "rotation".
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
