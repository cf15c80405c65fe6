import CRobustness
import Foundation

/// The program of this package: fuzzing, changed files and command lines, faults, and long runs.
@main
enum Main {
  private static let usage = """
    usage: Robustness fuzz TARGET …     reads changed files of one kind
           Robustness corpus            writes the stored inputs of the fuzz targets
           Robustness mutate …          runs the program with changed files and command lines
           Robustness torture …         kills and interrupts the program, and fills its disk
           Robustness soak …            long conversations, training and use of the app
    """

  static func main() async {
    let arguments = Array(CommandLine.arguments.dropFirst())
    use_line_output()
    do {
      let rest = Array(arguments.dropFirst())
      switch arguments.first {
      case "fuzz": exit(try FuzzRun.run(rest))
      case "corpus": try FuzzCorpus.write()
      case "mutate": exit(try await MutationRun.run(rest))
      case "torture": exit(try await Torture.run(rest))
      case "soak": exit(try await Soak.run(rest))
      default:
        FileHandle.standardError.write(Data((usage + "\n").utf8))
        exit(64)
      }
    } catch {
      FileHandle.standardError.write(Data("robustness: \(error)\n".utf8))
      exit(2)
    }
  }
}
