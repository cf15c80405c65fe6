import RetNet
import RetNetTUI

/// `retnet retain --module`: a stand-alone module, or a stack of them, on the inputs of a file.
struct RetainModule {
  let module: String
  let input: String

  /// Writes `{"output": [batch][time][dim]}`, or a line for each batch entry and token: its place, then its output.
  func run(form: RetentionForm, norms choices: NormArguments, json: Bool, to output: StandardOutput) throws {
    let (x, values) = try RetNetStack.isStored(in: module) ? runStack(form, choices) : runModule(form, choices)
    if let index = values.firstIndex(where: { !$0.isFinite }) { throw ModuleInputError.outputNotFinite(index: index) }
    guard json else { return try writeRows(values, x, to: output) }
    let json = JSONWriter(output)
    try json.object {
      try json.field("output") { try json.nested(values, shape: x.shape) }
    }
    try json.endLine()
  }

  private func runModule(_ form: RetentionForm, _ choices: NormArguments) throws -> (x: ModuleInput, output: [Float]) {
    let (module, unused) = try MultiScaleRetention.load(from: module)
    ModelReading.tell(unused: unused, of: "module")
    let x = try ModuleInput(path: input, dim: module.modelDim)
    let norms = choices.applied(to: module.norms)
    NormArguments.tell(norms.retention, in: form)
    return (x, try module(x.values, batch: x.batch, form: form, norms: norms))
  }

  private func runStack(_ form: RetentionForm, _ choices: NormArguments) throws -> (x: ModuleInput, output: [Float]) {
    let (stack, unused) = try RetNetStack.load(from: module)
    ModelReading.tell(unused: unused, of: "stack")
    let x = try ModuleInput(path: input, dim: stack.configuration.modelDim)
    let norms = choices.applied(to: NormOptions(retention: stack.configuration.retention.norms))
    NormArguments.tell(norms.retention, in: form)
    return (x, try stack(x.values, batch: x.batch, form: form, norms: norms))
  }

  private func writeRows(_ values: [Float], _ x: ModuleInput, to output: StandardOutput) throws {
    for row in 0..<x.batch * x.time {
      let numbers = values[row * x.dim..<(row + 1) * x.dim].map(\.json)
      try output.write("\(row / x.time) \(row % x.time)  \(numbers.joined(separator: " "))\n")
    }
  }
}
