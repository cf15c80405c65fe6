import ArgumentParser
import RetNet

/// Which form a command computes retention in.
struct FormArguments: ParsableArguments {
  enum Form: String, ExpressibleByArgument, CaseIterable {
    case parallel, recurrent, chunkwise
  }

  @Option(help: "Form of the retention; all are one function.")
  var form: Form?
  @Option(help: "Tokens in a chunk of the chunkwise form.")
  var chunkLength = 64

  func validate() throws {
    guard chunkLength >= 1 else {
      throw ValidationError("--chunk-length is \(chunkLength), but must be 1 or more.")
    }
  }

  /// The form that was asked for, else the command's own.
  func form(default standard: Form) -> RetentionForm {
    switch form ?? standard {
    case .parallel: .parallel
    case .recurrent: .recurrent
    case .chunkwise: .chunkwise(length: chunkLength)
    }
  }
}
