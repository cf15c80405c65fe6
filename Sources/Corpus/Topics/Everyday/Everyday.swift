/// Everyday themes, in which the model reacts and asks; it never claims to have done anything itself.
enum Everyday {
  private static let themes = [
    weather, food, music, screen, sport, work, weekend, outdoors, travel, sleep, books, home, people, shopping,
  ]

  /// One scene for all themes, so that each script is as likely as any other.
  static let smallTalk = Topic(themes.flatMap(Script.list))
}
