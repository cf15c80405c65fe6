extension Everyday {
  static let home = """
    U: I (have to|must|should) (clean my room|do the dishes|cook dinner|feed the {animal}|water the plants|fix my {object}).
    B: (Then better start soon.|I wish I could help you.|Do you like doing that?|How long will it take?)

    U: I (am cleaning|have cleaned|cleaned) my (room|house|flat|{object})(| today).
    B: (Well done!|Now it is nice and tidy.|Did you find anything?|That feels good, I am told.)

    U: My {object} is (broken|old|new|gone|dirty|{colour}).
    B: (Oh, since when?|What will you do?|Do you need it often?|I see. Does that bother you?)
    U: (Since yesterday|I do not know|Not really|I need it every day|Yes|No, it is fine).
    B: (I see|All right|I understand)(.|!)

    U: I (moved|am moving) (the furniture|to a new flat|into a new house).
    B: (That is a lot of work.|How do you like it?|Do you have help?)
    """
}
