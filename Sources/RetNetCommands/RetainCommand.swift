import ArgumentParser
import Foundation
import RetNet
import RetNetTUI

/// `retnet retain`: computes retention alone, on queries, keys and values from a file, or runs a stand-alone module.
struct RetainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retain",
    abstract: "Compute retention alone, without a language model.",
    discussion: """
      --module and --input run a stand-alone MultiScaleRetention, or a RetNet without embedding and head. The folder \
      has config.json (dim_model, num_heads, …; for a stack also num_layer) and model.safetensors; the input file has \
      a tensor "input" [batch, time, dim]. With --json: {"output":[batch][time][dim]}. Norms are the module's unless \
      options change them.

      --mask sets which tokens a token reads, and with which decay: causal, only itself and the past (γ^(n−m)); \
      bidirectional, all, by their distance (γ^|n−m|); full, all without decay, as retnet-pytorch without a mask. The \
      latter two run in the parallel form only. The default is the module's, and causal for a stack.

      --cases runs the equations alone, without projections, group norm or gate. The safetensors file has q and k \
      [batch, heads, time, key width], already rotated, v [batch, heads, time, value width] and gamma [heads]. By \
      default only norm 1 is on. With --json: {"output":[batch][heads][time][value \
      width],"state":{"S":…,"z":…,"c":…}}; S and z are computed from keys scaled by norm 1 if it is on.

      --check compares every form, norm combination and precision with the expected outputs in the file: tensors named \
      out.qk1.row0.score-paper for norms 1, 2 and 3, and state.S, state.z, state.c with norm 1 on. It exits with 1 if \
      a difference exceeds rounding.
      """)

  @Option(help: ArgumentHelp("Folder of a stand-alone module or a stack.", valueName: "folder"), completion: .directory)
  var module: String?
  @Option(
    help: ArgumentHelp("Safetensors file with the module's input.", valueName: "file"),
    completion: .file(extensions: ["safetensors"])) var input: String?
  @Option(
    help: ArgumentHelp("Safetensors file with q, k, v and gamma.", valueName: "file"),
    completion: .file(extensions: ["safetensors"])) var cases: String?
  @Option(help: "Mask of the module or stack.") var mask: Mask?
  @Flag(help: "Compute in double precision.") var double = false
  @Flag(help: "Compare with the expected outputs in the file.") var check = false
  @OptionGroup(title: "Form") var form: FormArguments
  @OptionGroup(title: "Norms") var norms: NormArguments
  @OptionGroup var progress: ProgressArguments
  @Flag(help: "Print JSON.") var json = false

  enum Mask: String, ExpressibleByArgument, CaseIterable {
    case causal, bidirectional, full

    var mask: RetentionMask {
      switch self {
      case .causal: .causal
      case .bidirectional: .bidirectional
      case .full: .full
      }
    }
  }

  func validate() throws {
    if cases == nil, module == nil || input == nil {
      throw ValidationError("Specify --module with --input, or --cases.")
    }
    if cases != nil, module != nil || input != nil || mask != nil {
      throw ValidationError("--cases runs without a module: omit --module, --input and --mask.")
    }
    if cases == nil, double || check {
      throw ValidationError("--double and --check require --cases: omit them for a module.")
    }
    if check, double || form.form != nil || norms.choices != NormChoices() {
      throw ValidationError("--check runs every form, norm and precision: omit --form, --double and norm options.")
    }
  }

  func run() throws {
    try BLASThreads.requireBuffers()
    let output = StandardOutput()
    let shown = progress.start("computing retention", writesResults: !check)
    defer { shown.end() }
    if let module, let input {
      try RetainModule(module: module, input: input)
        .run(form: form.form(default: .parallel), mask: mask?.mask, norms: norms, json: json, to: output)
      return try output.flush()
    }
    let example = try RetentionExample(path: cases ?? "")
    if check {
      let check = try RetentionCheck(example)
      shown.end()
      try json ? RetentionCheckReport.write(check, JSONWriter(output)) : output.write(RetentionCheckReport.text(check))
      try output.flush()
      if !check.passed { throw ExitCode(1) }
      return
    }
    let form = form.form(default: .parallel)
    let norms = norms.applied(to: NormOptions())
    NormArguments.report(norms.retention, in: form)
    if norms.group != .model || norms.epsilon != nil {
      StandardError.message("retention alone has no group norm: --group-norm and --eps have no effect.")
    }
    if double {
      try write(example, in: Double.self, form: form, norms.retention, to: output)
    } else {
      try write(example, in: Float.self, form: form, norms.retention, to: output)
    }
    try output.flush()
  }

  private func write<Scalar: BLASScalar & JSONValue>(
    _ example: RetentionExample, in scalar: Scalar.Type, form: RetentionForm, _ norms: RetentionNorms,
    to output: StandardOutput
  ) throws {
    var (values, state) = try example.compute(in: scalar, form: form, norms: norms)
    if norms.norm1 { state = state.scaledByNorm1() }
    guard json else { return try writeRows(values, example, to: output) }
    let json = JSONWriter(output)
    try json.object {
      try json.field("output") { try json.nested(values, shape: example.outputShape) }
      try json.field("state") {
        try json.object {
          try json.field("S") { try json.nested(state.matrix, shape: example.matrixShape) }
          try json.field("z") { try json.nested(state.keySum, shape: example.keySumShape) }
          try json.field("c", state.decaySum)
        }
      }
    }
    try json.endLine()
  }

  /// One line per batch entry, head and token: its indices, then its output.
  private func writeRows<Scalar: JSONValue>(
    _ values: [Scalar], _ example: RetentionExample, to output: StandardOutput
  ) throws {
    for row in 0..<values.count / example.valueDim {
      let index = (row / example.time / example.heads, row / example.time % example.heads, row % example.time)
      let numbers = values[row * example.valueDim..<(row + 1) * example.valueDim].map(\.json)
      try output.write("\(index.0) \(index.1) \(index.2)  \(numbers.joined(separator: " "))\n")
    }
  }
}
