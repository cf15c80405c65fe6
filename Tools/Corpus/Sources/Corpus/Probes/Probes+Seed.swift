extension Probes {
  /// The probes of the bundled chat model. In those of recall something is told, two unrelated messages follow, then it is
  /// asked for.
  package init(seed: UInt64, words: ProbeWords) {
    self.init(recall: RecallProbes.make(seed: seed, words), manners: MannersProbes.all)
  }

  /// Other probes, amid the small talk of people who meet: the user's name, what is told late, and who the model is.
  package static func acquaintance(seed: UInt64) -> Probes {
    AcquaintanceProbes.make(seed: seed)
  }
}
