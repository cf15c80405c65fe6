import ArgumentParser
import Foundation
import RetNet
import RetNetAnalysis
import RetNetTUI
import TerminalKit

/// `retnet doctor`: reports what the program finds on this machine, and what it uses instead of what it lacks.
struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Check the program, the model, the terminal, the machine and the files.",
    discussion: """
      Each line is ok, a note (something is missing, and something else is used) or a problem (the program or the model \
      cannot be used). Exits with 1 if there is a problem.

      On a terminal it measures how wide a few characters are, and asks for the background colour. It reads the weights \
      of small models only; with --full it reads all weights, verifies the forms of the model on a short text, and \
      measures its speed for a second.

      With --json: {"usable":…,"problems":…,"notes":…,"groups":[{"name":…,"checks":[{"name":…,"status":"ok","value":…, \
      "reason":null},…]},…]}.
      """)

  @OptionGroup(title: "Model") var model: ModelArguments
  @OptionGroup var threads: ThreadArguments
  @Flag(help: "Read all weights, verify the model, and measure its speed.") var full = false
  @Flag(help: "Print JSON.") var json = false

  @MainActor func run() async throws {
    let environment = ProcessInfo.processInfo.environment
    let report = DoctorReport(groups: [
      .program(), .model(model, isFull: full), .terminal(environment), .machine(threads), .files(environment),
    ])
    let output = StandardOutput()
    if json { try report.write(JSONWriter(output)) } else { try output.write(report.text) }
    try output.flush()
    if !report.isUsable { throw ExitCode(1) }
  }
}

extension DoctorReport.Group {
  static func program() -> DoctorReport.Group {
    var group = DoctorReport.Group("Program")
    group.ok("version", RetNetCommand.version)
    #if DEBUG
      group.note("build", "debug", "It computes many times slower than a release build ('make build').")
    #else
      group.ok("build", "release")
    #endif
    group.ok("executable", Bundle.main.executableURL?.resolvingSymlinksInPath().path ?? "unknown")
    return group
  }

  static func machine(_ arguments: ThreadArguments) -> DoctorReport.Group {
    var group = DoctorReport.Group("Machine")
    let machine = Machine()
    group.ok("processor", "\(machine.processor.isEmpty ? "unknown" : machine.processor), \(machine.cores) cores")
    do {
      let (count, chosen) = (try arguments.count(), try arguments.threads ?? ThreadSetting.chosen())
      group.ok("threads", "\(count)" + (chosen == nil ? ", all cores" : ", as set"))
    } catch {
      group.problem("threads", "not set", StandardError.words(error))
    }
    let extensions = machine.vectorExtensions.isEmpty ? "not reported" : machine.vectorExtensions.joined(separator: " ")
    group.ok("vector extensions", extensions)
    let level = ComputeLibraries.vectorLevel
    if level == "plain" {
      group.note("kernels", level, "The processor has neither AVX2 nor NEON, so portable code is used.")
    } else {
      group.ok("kernels", level)
    }
    let bf16 = ComputeLibraries.hasBfloat16Products
    group.ok("bfloat16 products", bf16 ? "own instructions" : "none, products are in Float32")
    let blas = ComputeLibraries.blas
    let kernel = blas.kernel.isEmpty ? "" : ", kernel \(blas.kernel)"
    group.ok("BLAS", blas.name + kernel + (blas.threads.map { ", \($0) thread\($0 == 1 ? "" : "s") a call" } ?? ""))
    let available = AvailableMemory.bytes
    let memory = "\(Self.size(Double(machine.memoryBytes))), \(Self.size(available)) available"
    if available < Double(256 << 20) {
      group.note(
        "memory", memory, "Less than 256 MiB are available: close other programs before training or large models.")
    } else {
      group.ok("memory", memory)
    }
    return group
  }

  /// `15.6 GiB` or `12.5 MiB`
  static func size(_ bytes: Double) -> String {
    if !bytes.isFinite { return "unlimited" }
    let gibi = bytes / Double(1 << 30)
    return gibi >= 1 ? String(format: "%.1f GiB", gibi) : String(format: "%.1f MiB", bytes / Double(1 << 20))
  }
}
