import RetNet

extension Probes {
  /// The probes of the bundled chat model. In those of recall something with a held-out word is told, two unrelated
  /// messages follow, then it is asked for.
  public init(seed: UInt64) {
    self.init(recall: RecallProbes.make(seed: seed), manners: MannersProbes.all)
  }
}
