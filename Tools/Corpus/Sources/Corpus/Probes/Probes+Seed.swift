extension Probes {
  /// The probes of the bundled chat model. In those of recall the user states a fact, sends two unrelated messages, and then
  /// asks for the fact.
  package init(seed: UInt64, words: ProbeWords) {
    self.init(recall: RecallProbes.make(seed: seed, words), manners: MannersProbes.all)
  }

  /// Other probes, in small talk: the user's name, facts stated late, and the identity of the model.
  package static func acquaintance(seed: UInt64) -> Probes {
    AcquaintanceProbes.make(seed: seed)
  }
}
