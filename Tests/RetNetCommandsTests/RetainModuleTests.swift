import Foundation
import RetNet
import Testing

@Suite("retnet retain --module")
struct RetainModuleTests {
  static let module = RetNetProgram.reference("msr-silu")
  static let cases = RetNetProgram.reference("msr-silu", "cases.safetensors")

  @Test(
    "The outputs equal the reference in every form, norm 3 off and on",
    arguments: [["parallel"], ["recurrent"], ["chunkwise"], ["chunkwise", "--chunk-length", "7"]])
  func reference(form: [String]) throws {
    let file = try SafetensorsFile(path: Self.cases)
    for (name, options) in [("output", [String]()), ("output_retn", ["--norm3", "paper"])] {
      let run = try RetNetProgram(
        ["retain", "--module", Self.module, "--input", Self.cases, "--form"] + form + options + ["--json"])
      #expect(run.status == 0)
      #expect(run.errors.isEmpty)
      let output = try #require(try run.json()?["output"] as? [[[Double]]])
      try #require(output.count == 2)
      #expect(output[0].count == 19)
      #expect(output[0][0].count == 32)
      let expected = try file.doubles(name)
      let largest = expected.reduce(0) { max($0, abs($1)) }
      let flat = Array(output.joined().joined())
      let worst = expected.indices.reduce(0) { max($0, abs(flat[$1] - expected[$1])) }
      #expect(worst < 1e-4 * largest, "\(name) \(form)")
    }
  }

  @Test("Without --json there is a line for each batch entry and token")
  func lines() throws {
    let run = try RetNetProgram(["retain", "--module", Self.module, "--input", Self.cases])
    let lines = run.output.split(separator: "\n")
    #expect(run.status == 0)
    #expect(lines.count == 38)
    #expect(lines[20].hasPrefix("1 1  "))
    #expect(lines[20].split(separator: " ").count == 2 + 32)
  }

  @Test("A stack runs like a module in every form; as a --model it is rejected with the right command")
  func stack() throws {
    let folder = try TinyModelFolder()
    let path = folder.path + "/stack"
    let stack = try RetNetStack(RetNetStackConfiguration(modelDim: 32, layers: 2, heads: 4), seed: 3)
    try stack.save(to: path)
    let expected = try stack(ModuleInput(path: Self.cases, dim: 32).tensor).values
    let largest = expected.reduce(0) { max($0, abs($1)) }
    for form in ["parallel", "recurrent", "chunkwise"] {
      let run = try RetNetProgram(["retain", "--module", path, "--input", Self.cases, "--json", "--form", form])
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.errors.isEmpty, "\(run.errors)")
      let output = try #require(try run.json()?["output"] as? [[[Double]]])
      let flat = Array(output.joined().joined())
      #expect(flat.count == expected.count)
      let worst = zip(flat, expected).reduce(0) { max($0, abs($1.0 - Double($1.1))) }
      #expect(worst < 1e-4 * Double(largest), "\(form)")  // Float32, two layers
    }
    for command in [["logits", "--tokens", "1"], ["inspect"], ["verify"]] {
      let run = try RetNetProgram(command + ["--model", path])
      #expect(run.status == 2)
      #expect(
        run.errors == "retnet: This is a retention module or a stack, no language model ('dim_model' in config.json). "
          + "Run it with 'retnet retain --module FOLDER --input FILE'.\n")
    }
  }

  @Test("A module that is not causal runs in the parallel form; other forms reject it in one line")
  func bidirectional() throws {
    let folder = try TinyModelFolder()
    let path = folder.path + "/module"
    try MultiScaleRetention(RetentionModuleConfiguration(modelDim: 32, heads: 4, isCausal: false), seed: 1)
      .save(to: path)
    let command = ["retain", "--module", path, "--input", Self.cases, "--json", "--form"]
    let parallel = try RetNetProgram(command + ["parallel"])
    #expect(parallel.status == 0)
    #expect(parallel.errors.isEmpty)
    for form in ["recurrent", "chunkwise"] {
      let run = try RetNetProgram(command + [form])
      #expect(run.status == 2)
      #expect(run.output.isEmpty)
      #expect(run.errorLines.count == 1)
      #expect(run.errors.contains("bidirectional"))
      #expect(run.errors.contains("parallel form"))
    }
  }

  @Test("--mask replaces the mask of a module and of a stack")
  func mask() throws {
    let folder = try TinyModelFolder()
    let input = try ModuleInput(path: Self.cases, dim: 32).tensor
    let module = try MultiScaleRetention(RetentionModuleConfiguration(modelDim: 32, heads: 4), seed: 1)
    try module.save(to: folder.path + "/module")
    let stack = try RetNetStack(RetNetStackConfiguration(modelDim: 32, layers: 2, heads: 4), seed: 3)
    try stack.save(to: folder.path + "/stack")
    for (name, mask) in [("causal", RetentionMask.causal), ("bidirectional", .bidirectional), ("full", .full)] {
      for (path, expected) in [
        ("/module", try module(input, mask: mask).values), ("/stack", try stack(input, mask: mask).values),
      ] {
        let run = try RetNetProgram([
          "retain", "--module", folder.path + path, "--input", Self.cases, "--mask", name, "--json",
        ])
        #expect(run.status == 0, "\(run.errors)")
        let output = try #require(try run.json()?["output"] as? [[[Double]]])
        let flat = Array(output.joined().joined())
        let largest = expected.reduce(0) { max($0, abs($1)) }
        let worst = zip(flat, expected).reduce(0) { max($0, abs($1.0 - Double($1.1))) }
        #expect(worst < 1e-5 * Double(largest), "\(path) \(name)")  // the same computation
      }
    }
    let recurrent = try RetNetProgram([
      "retain", "--module", folder.path + "/module", "--input", Self.cases, "--mask", "full", "--form", "recurrent",
    ])
    #expect(recurrent.status == 2)
    #expect(recurrent.errorLines.count == 1)
    #expect(recurrent.errors.contains("parallel form"), "\(recurrent.errors)")
  }

  @Test("Unsuitable inputs and folders are named in one line; wrong usage exits with 64")
  func refusals() throws {
    let folder = try TinyModelFolder()
    func run(_ module: String, _ input: String) throws -> RetNetProgram {
      try RetNetProgram(["retain", "--module", module, "--input", input, "--json"])
    }
    let wide = folder.path + "/wide.safetensors"
    try SafetensorsWriter.write(
      [SafetensorsWriter.Tensor(name: "input", type: .f32, shape: [1, 1, 3], source: .floats([1, 2, 3]))], to: wide)
    let core = RetNetProgram.reference("core-small", "cases.safetensors")
    for (module, input, message) in [
      (Self.module, wide, "[1, 1, 3], expected [batch, time, 32]"), (Self.module, core, "no tensor 'input'"),
      (folder.path, Self.cases, "'dim_model' is missing"), (folder.path + "/none", Self.cases, "none/config.json"),
    ] {
      let run = try run(module, input)
      #expect(run.status == 2)
      #expect(run.output.isEmpty)
      #expect(run.errorLines.count == 1)
      #expect(run.errors.contains(message), "\(run.errors)")
    }
    for arguments in [
      ["--module", "m"], ["--input", "i"], [], ["--module", "m", "--input", "i", "--cases", "c"],
      ["--cases", "c", "--mask", "full"], ["--module", "m", "--input", "i", "--double"],
      ["--module", "m", "--input", "i", "--check"],
    ] {
      let run = try RetNetProgram(["retain"] + arguments)
      #expect(run.status == 64)
      #expect(run.output.isEmpty)
      #expect(run.errors.contains("--"))
    }
  }
}
