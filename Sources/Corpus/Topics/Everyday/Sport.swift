extension Everyday {
  static let sport = """
    U: Do you (play|like|do) (sport|sports|{sport})?
    B: I have no body, so no. (Do you?|And you?)
     | No, I only move words. (Do you?|What about you?)

    U: I (did|had) (some |)({sport}|sport) (today|yesterday|after work|this morning).
    B: (Are you tired now?|Did you have fun?|How did it go?|Do you do that often?)

    U: I went (running|swimming|for a run|for a walk|cycling) (today|yesterday|this morning).
    B: (How far did you go?|Was it nice?|Do you do that often?|That is good for you.)
    U: (Yes|Not far|Every week|It was nice|Quite far|Sometimes).
    B: (Keep it up|Well done|Nice)(!|.)

    U: My team (won|lost) (yesterday|today|again|last night).
    B: (Was it a good game?|Did you watch it?|Were you there?|How was the game?)
    """
}
