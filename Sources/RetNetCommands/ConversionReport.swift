import Foundation
import RetNet
import RetNetAnalysis
import RetNetTUI
import RetNetTraining
import TerminalKit

/// Result of `retnet convert`.
struct ConversionReport {
  let conversion: ModelConversion
  let written: ModelConversion.Report
  /// The loss of the source and of the converted model, if requested.
  let before, after: TextLoss?

  var text: String {
    let type = conversion.options.type.map { " in \($0.rawValue)" } ?? ""
    let weights = written.files.filter { $0.hasSuffix(".safetensors") }.count
    var text =
      "'\(ScreenText.cleaned(conversion.destination))': \(written.tensors) tensors of "
      + "\(conversion.configuration.dialect.rawValue)\(type), \(written.bytes) bytes in "
      + "\(weights == 1 ? "one file" : "\(weights) files")\n"
    guard let before, let after else { return text }
    var table = TextTable([
      ("file", .left), ("tokens", .right), ("nats/token before", .right), ("after", .right), ("difference", .right),
    ])
    table.add([
      ScreenText.cleaned(before.path), "\(before.tokens)", String(format: "%.6f", before.meanNats),
      String(format: "%.6f", after.meanNats), String(format: "%+.2e", after.meanNats - before.meanNats),
    ])
    text += table.text
    return text
  }

  func write(_ json: JSONWriter) throws {
    try json.object {
      try json.field("destination", conversion.destination)
      try json.field("dialect", conversion.configuration.dialect.rawValue)
      try json.field("tensors", written.tensors)
      try json.field("parameters", conversion.parameterCount)
      try json.field("bytes", written.bytes)
      try json.field("files", written.files)
      // A model with tensors that it does not use is refused, so none are dropped.
      try json.field("dropped", [String]())
      if let before, let after {
        try json.field("measure") {
          try json.object {
            try json.field("path", before.path)
            try json.field("tokens", before.tokens)
            try json.field("before", before.meanNats)
            try json.field("after", after.meanNats)
            try json.field("difference", after.meanNats - before.meanNats)
          }
        }
      }
    }
    try json.endLine()
  }
}
