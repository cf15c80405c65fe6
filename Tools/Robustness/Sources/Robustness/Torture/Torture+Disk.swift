import Foundation

@testable import RetNet

#if os(Linux)
  import Glibc
#endif

extension TortureRun {
  /// A command that writes, and the file or folder that it replaces. `@` stands for the disk.
  private struct Writer {
    var arguments: [String]
    var input = ""
    /// What exists before, and must be whole afterwards.
    var target: String
  }

  /// Runs every writing command on disks of growing size, and on one that is read-only.
  func fillDisk(sizes: Int) throws {
    #if os(Linux)
      let disk = folder + "/disk"
      try Files.makeFolder(disk)
      guard mount("tmpfs", disk, "tmpfs", 0, "size=1m") == 0 else {
        return print("disk: skipped, as mounting a file system needs root (\(String(cString: strerror(errno))))")
      }
      umount(disk)
      let run = fixture.path("run")
      let writers = [
        Writer(arguments: ["train", "--out", "@/run", "--force"] + fixture.training(steps: 4), target: "run"),
        Writer(arguments: ["train", "--resume", "--out", "@/run"], target: "run"),
        Writer(arguments: ["convert", run, "@/run", "--type", "int8", "--overwrite"], target: "run"),
        Writer(
          arguments: ["chat", "--plain", "--model", run, "--max-tokens", "40"],
          input: String(repeating: "the cat saw the dog\n", count: 10) + ":save-session @/session.json\n",
          target: "session.json"),
        Writer(
          arguments: ["chat", "-p", "hi", "--model", run, "--screenshot", "@/screen.svg", "--max-tokens", "4"],
          target: "screen.svg"),
        Writer(arguments: ["curves", "a=\(run)/log.jsonl", "--out", "@/curve.svg"], target: "curve.svg"),
        Writer(
          arguments: ["evaluate", "--model", run, "--suite", fixture.path("checks.json"), "--report", "@/report.md"],
          target: "report.md"),
      ]
      var (refused, written) = (0, 0)
      for writer in writers {
        for index in 0...sizes {
          // The old content fits; after it there is room for a part of the new one, or for all. Index 0: read-only.
          try prepare(disk, writer, room: index * index * 4096)
          if index == 0 { mount("tmpfs", disk, "tmpfs", UInt(MS_REMOUNT | MS_RDONLY), nil) }
          let before = contents(of: writer.target == "run" ? disk + "/run" : disk)
          let result = try command(
            writer.arguments.map { $0.replacing("@", with: disk) }, input: writer.input.replacing("@", with: disk))
          let what = "\(writer.arguments[0]) with \(index == 0 ? "a read-only disk" : "\(index * index * 4) KiB")"
          let after = contents(of: writer.target == "run" ? disk + "/run" : disk)
          expect(result.signal == nil, "\(what): \(Self.text(result))")
          expect(result.errorLines.count <= 4, "\(what): \(Self.text(result))")
          if result.status == 0 && !writer.arguments.contains("--plain") { written += 1 } else { refused += 1 }
          // Each file is its old or a whole new one.
          for (name, bytes) in before where writer.target != "run" && after[name] != bytes {
            expect((after[name]?.count ?? 0) > 0, "\(what): '\(name)' is lost or empty")
          }
          if writer.target == "run", after["config.json"] != nil {
            do { _ = try RetNetModel.load(from: disk + "/run") } catch { expect(false, "\(what) leaves a model that fails: \(error)") }
          }
          expect(result.status == 0 || partials(in: disk).isEmpty, "\(what) leaves \(partials(in: disk))")
          umount(disk)
        }
      }
      print("disk: \(writers.count) commands on \(sizes + 1) disks: \(written) fit, \(refused) refused")
    #else
      print("disk: skipped, as it needs Linux")
    #endif
  }

  #if os(Linux)
    /// Mounts a disk with the old content of the writer's target and `room` free bytes.
    private func prepare(_ disk: String, _ writer: Writer, room: Int) throws {
      let old = writer.target == "run" ? fixture.path("run") : fixture.path("dialogue.txt")
      guard mount("tmpfs", disk, "tmpfs", 0, "size=64m") == 0 else {
        throw Options.Failure(description: "The disk cannot be mounted: \(String(cString: strerror(errno)))")
      }
      try Files.copy(old, to: "\(disk)/\(writer.target)")
      var status = statvfs()
      statvfs(disk, &status)
      let used = Int(status.f_blocks - status.f_bfree) * Int(status.f_frsize)
      _ = "size=\(used + room)".withCString { mount("tmpfs", disk, "tmpfs", UInt(MS_REMOUNT), $0) }
    }
  #endif
}
