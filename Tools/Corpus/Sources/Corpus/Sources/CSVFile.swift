import SwiftCSV

/// A table with named columns.
enum CSVFile {
  /// - Parameter columns: the required columns.
  /// - Returns: the rows, by column name. Throws `CorpusError` or `FileError`.
  static func rows(_ path: String, columns: [String]) throws -> [[String: String]] {
    let text = try SourceFile.text(path)
    // The CSV library accepts an unclosed quote at the end of the file.
    guard text.utf8.count(where: { $0 == UInt8(ascii: "\"") }).isMultiple(of: 2) else {
      throw CorpusError.broken(path: path, reason: "it is not CSV: a quote is opened and never closed")
    }
    let table: CSV<Named>
    do {
      table = try CSV<Named>(string: text, delimiter: .comma, loadColumns: false)
    } catch let error as CSVParseError {
      throw CorpusError.broken(path: path, reason: "it is not CSV: \(words(error))")
    }
    for column in columns where !table.header.contains(column) {
      throw CorpusError.broken(path: path, reason: "it has no column '\(column)', only \(table.header.prefix(5))")
    }
    return table.rows
  }

  private static func words(_ error: CSVParseError) -> String {
    switch error {
    case .generic(let message), .quotation(let message): message
    }
  }
}
