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

    var isFolder: Bool { ["run", "sharded"].contains(target) }
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
        Writer(arguments: ["convert", run, "@/sharded", "--type", "int8", "--overwrite"], target: "sharded"),
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
        var whole: [String: [UInt8]] = [:]
        for index in [-1] + Array(0...sizes) {
          // The old content fits. After it there is room for a part of the new one, or for all. Index 0 is read-only;
          // index −1 has room for everything, and shows the new content.
          try prepare(disk, writer, room: index < 0 ? 32 << 20 : index * index * 4096)
          if index == 0 { mount("tmpfs", disk, "tmpfs", UInt(MS_REMOUNT | MS_RDONLY), nil) }
          let folder = writer.isFolder ? "\(disk)/\(writer.target)" : disk
          let before = contents(of: folder)
          let result = try command(
            writer.arguments.map { $0.replacing("@", with: disk) }, input: writer.input.replacing("@", with: disk))
          let room = index < 0 ? "a large disk" : index == 0 ? "a read-only disk" : "\(index * index * 4) KiB"
          let what = "\(writer.arguments[0]) with \(room)"
          let after = contents(of: folder)
          if index < 0 { whole = after }
          expect(result.signal == nil, "\(what): \(Self.text(result))")
          expect(index >= 0 || result.status == 0, "\(what): \(Self.text(result))")
          if writer.isFolder {
            // The times in a training's log differ from run to run, so its folder is only read.
            if after["config.json"] != nil {
              do { _ = try RetNetModel.load(from: folder) } catch {
                expect(false, "\(what) leaves a model that fails: \(error)")
              }
            }
          } else {
            let name = writer.target
            // A screen shows the speed, so that two differ.
            let isWhole =
              after[name] == before[name] || after[name] == whole[name]
              || name == "screen.svg" && String(decoding: after[name] ?? [], as: UTF8.self).hasSuffix("</svg>\n")
            expect(isWhole, "\(what): '\(name)' has \(after[name]?.count ?? 0) bytes, neither old nor new")
            if after[name] == before[name] { refused += 1 } else { written += 1 }
          }
          expect(partials(in: disk).isEmpty, "\(what) leaves \(partials(in: disk))")
          umount(disk)
        }
      }
      print("disk: \(writers.count) commands on \(sizes + 2) disks each; files: \(written) new, \(refused) old")
    #else
      print("disk: skipped, as it needs Linux")
    #endif
  }

  #if os(Linux)
    /// Mounts a disk with the old content of the writer's target and `room` free bytes.
    private func prepare(_ disk: String, _ writer: Writer, room: Int) throws {
      let old = fixture.path(writer.isFolder ? writer.target : "dialogue.txt")
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
