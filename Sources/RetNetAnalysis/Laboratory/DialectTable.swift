import RetNet

/// What implementations of the paper do differently, line by line.
public struct DialectTable: Sendable, Hashable {
  public enum Column: String, Sendable, Hashable, CaseIterable {
    case paper
    case torchscale
    /// flash-linear-attention
    case fla
    /// retnet-pytorch's stand-alone module
    case msr
  }

  public struct Row: Sendable, Hashable {
    /// As in "rotation".
    public var topic: String
    /// One cell for each column.
    public var cells: [Column: String]
    /// Why it matters, in one sentence.
    public var note: String

    public init(topic: String, cells: [Column: String], note: String) {
      (self.topic, self.cells, self.note) = (topic, cells, note)
    }
  }

  public var rows: [Row]

  public init(rows: [Row]) { self.rows = rows }
}
