import RetNet
import RetNetTUI

/// `retnet retain --module`: runs a stand-alone module or a stack on the input of a file.
struct RetainModule {
  let module: String
  let input: String

  /// Writes `{"output": [batch][time][dim]}`, or one line per batch entry and token: its indices, then its output.
  ///
  /// - Parameter mask: nil for the module's; a stack is causal.
  func run(
    form: RetentionForm, mask: RetentionMask?, norms choices: NormArguments, json: Bool, to output: StandardOutput
  ) throws {
    let isStack = try RetNetStack.isStored(in: module)
    let result = try isStack ? runStack(form, mask ?? .causal, choices) : runModule(form, mask, choices)
    if let index = result.values.firstIndex(where: { !$0.isFinite }) {
      throw ModuleInputError.outputNotFinite(index: index)
    }
    guard json else { return try writeRows(result, to: output) }
    let json = JSONWriter(output)
    try json.object {
      try json.field("output") { try json.nested(result.values, shape: result.shape) }
    }
    try json.endLine()
  }

  private func runModule(_ form: RetentionForm, _ mask: RetentionMask?, _ choices: NormArguments) throws -> Tensor {
    let module = try MultiScaleRetention.load(from: module)
    let x = try ModuleInput(path: input, dim: module.modelDim).tensor
    let norms = choices.applied(to: module.norms)
    NormArguments.report(norms.retention, in: form)
    return try module(x, form: form, mask: mask, norms: norms)
  }

  private func runStack(_ form: RetentionForm, _ mask: RetentionMask, _ choices: NormArguments) throws -> Tensor {
    let stack = try RetNetStack.load(from: module)
    let x = try ModuleInput(path: input, dim: stack.configuration.modelDim).tensor
    let norms = choices.applied(to: NormOptions(retention: stack.configuration.retention.norms))
    NormArguments.report(norms.retention, in: form)
    return try stack(x, form: form, mask: mask, norms: norms)
  }

  private func writeRows(_ output: Tensor, to stream: StandardOutput) throws {
    let (batch, time, dim) = (output.shape[0], output.shape[1], output.shape[2])
    for row in 0..<batch * time {
      let numbers = output.values[row * dim..<(row + 1) * dim].map(\.json)
      try stream.write("\(row / time) \(row % time)  \(numbers.joined(separator: " "))\n")
    }
  }
}
