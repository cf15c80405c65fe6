import RetNet

/// `retnet retain --module`: a stand-alone module on the inputs of a file.
struct RetainModule {
  let module: String
  let input: String

  /// Writes `{"output": [batch][time][dim]}`, or a line for each batch entry and token: its place, then its output.
  func run(form: RetentionForm, norms choices: NormArguments, json: Bool, to output: StandardOutput) throws {
    let (module, unused) = try MultiScaleRetention.load(from: module)
    ModelReading.tell(unused: unused, of: "module")
    let x = try ModuleInput(path: input, dim: module.modelDim).tensor
    let norms = choices.applied(to: module.norms)
    NormArguments.tell(norms.retention, in: form)
    let values = try module(x, form: form, norms: norms).values
    if let index = values.firstIndex(where: { !$0.isFinite }) { throw ModuleInputError.outputNotFinite(index: index) }
    guard json else { return try writeRows(values, x, to: output) }
    let json = JSONWriter(output)
    try json.object {
      try json.field("output") { try json.nested(values, shape: x.shape) }
    }
    try json.endLine()
  }

  private func writeRows(_ values: [Float], _ x: Tensor, to output: StandardOutput) throws {
    let (batch, time, dim) = (x.shape[0], x.shape[1], x.shape[2])
    for row in 0..<batch * time {
      let numbers = values[row * dim..<(row + 1) * dim].map(\.json)
      try output.write("\(row / time) \(row % time)  \(numbers.joined(separator: " "))\n")
    }
  }
}
