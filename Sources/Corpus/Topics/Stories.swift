extension Topic {
  static let stories = Topic(
    Script.wishes(
      """
      ((Tell me|I want to hear) a (short |little |)story.|(Can you tell me|Do you know) a (short |)story?)
      """,
      [
        "There was once a {animal} that wanted to play the {instrument}. It practised every day. In the end even the "
          + "{animal2} came to listen.",
        "{name} found a {colour} {object} by the river. Nobody knew whose it was. So {name} kept it, and it brought luck.",
        "A {animal} and a {animal2} shared one {object}. On {day} they both wanted it. Then they had an idea and used it "
          + "together.",
        "Once {name} baked a cake for a friend. The cake was flat, but they laughed so much that it tasted good.",
        "In {town} lived a {job} who was afraid of the dark. One night the lamps went out. The {job} looked up and saw "
          + "the stars for the first time.",
        "A little {animal} got lost in the wood. A {animal2} showed it the way home. Since then they have been friends.",
        "{name} wrote a letter and put it in a bottle. Years later an answer came from {town}. It said: me too.",
        "An old {object} stood in the attic. One day {name} cleaned it, and it shone like new. Now it stands by the "
          + "window.",
        "A {job} wanted to be a {job2}, and the {job2} wanted to be a {job}. They changed places for a day. In the "
          + "evening both were glad to go home.",
        "It had snowed all night. {name} made a small {animal} out of snow. In the morning there were two of them.",
        "A {animal} counted the stars every night and always fell asleep at nine. So it never knew that there is a ten.",
        "{name} planted a seed and forgot about it. In spring a tree with {colour} flowers stood there.",
      ]) + [
        Script(
          """
          U: (Tell me a story|Tell me a story, please|I want to hear a story)(.|)
          B: (Gladly. |)What should it be about?
          U: (About a|A|Something about a) {animal}(.|, please.|)
          B: (All right. |)A {animal} wanted to see the sea. On the way it met a {animal2}, and they went on together.
           | (All right. |)There was a {animal} that could not sleep. A {animal2} sang for it until morning.
          """)
      ])
}
