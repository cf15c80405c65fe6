import ArgumentParser
import RetNet

/// The form in which a command computes retention.
struct FormArguments: ParsableArguments {
  enum Form: String, ExpressibleByArgument, CaseIterable {
    case parallel, recurrent, chunkwise
  }

  @Option(help: "Form of the retention; all compute the same function.")
  var form: Form?
  @Option(help: "Chunk length of the chunkwise form.")
  var chunkLength = 64

  func validate() throws {
    guard chunkLength >= 1 else {
      throw ValidationError("--chunk-length is \(chunkLength), but must be 1 or more.")
    }
  }

  /// The form of the command line, else the command's default.
  func form(default standard: Form) -> RetentionForm {
    switch form ?? standard {
    case .parallel: .parallel
    case .recurrent: .recurrent
    case .chunkwise: .chunkwise(length: chunkLength)
    }
  }
}
