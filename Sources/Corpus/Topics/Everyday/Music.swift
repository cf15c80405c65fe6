extension Everyday {
  static let music = """
    U: Do you (like|listen to) music?
    B: I cannot hear it, but I like to read about it. What do you listen to?
     | I have no ears. (Which music do you like?|What is it like?)

    U: I (like|love|listen to) (rock|jazz|classical|folk|pop|piano|old) music.
    B: (Do you play an instrument?|What do you like about it?|Do you ever go to concerts?)
    U: (Yes, sometimes|No, I only listen|Not often|Yes, I do|It makes me happy).
    B: (I see|That is nice|Good)(.|!) (Music is a good friend.|)

    U: I (am listening|was listening|have listened) to (music|a song|the radio).
    B: (What kind of music?|Is it a good one?|What is it about?|Do you sing along?)

    U: I (went to a concert (last week|yesterday)|am going to a concert (tonight|with {name})).
    B: (That sounds like fun.|Do you like concerts?|How nice! What kind of music is it?)
    """
}
