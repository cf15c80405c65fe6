import Foundation
import RetNet
import RetNetSession
import RetNetText

/// Reads the files of a model's folder, and reports findings on stderr.
package enum ModelLoading {
  /// Reads the weights. The dialect of another program's checkpoint is reported on stderr.
  ///
  /// - Throws: `FileError`, `ModelError`, `CheckpointError`.
  package static func weights(_ folder: String, dialect: Dialect? = nil) throws -> RetNetModel {
    let (model, report) = try RetNetModel.loadReporting(from: folder, dialect: dialect)
    if dialect == nil, !report.isNative {
      StandardError.note("dialect \(report.dialect.dialect.rawValue), found from \(report.dialect.evidence).")
    }
    return model
  }

  /// Reads the tokenizer of the weights.
  ///
  /// - Parameter model: the model that the tokenizer must match; nil skips the check.
  /// - Throws: `ModelCatalogError.noTokenizer`, `FileError`, `TextError`, `EngineError.vocabularyMismatch`.
  package static func tokenizer(_ folder: String, for model: RetNetModel?) throws -> Tokenizer {
    if let tokenizer = try tokenizerIfAny(folder, for: model) { return tokenizer }
    let others = ["vocab.json", "dict.txt"]
    throw ModelCatalogError.noTokenizer(
      folder: folder,
      other: others.first { FileManager.default.fileExists(atPath: ModelFolder.path(folder, $0)) })
  }

  /// Reads the tokenizer; nil if the folder has none, as a model need not have text.
  ///
  /// - Parameter model: as in `tokenizer`.
  /// - Throws: `FileError`, `TextError`, `EngineError.vocabularyMismatch`.
  package static func tokenizerIfAny(_ folder: String, for model: RetNetModel?) throws -> Tokenizer? {
    guard let name = ModelFolder.tokenizer(in: folder) else { return nil }
    let tokenizer = try Tokenizer.load(from: ModelFolder.path(folder, name))
    if let model { try EngineError.checkVocabulary(tokenizer, model) }
    return tokenizer
  }
}
