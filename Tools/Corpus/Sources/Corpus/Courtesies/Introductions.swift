/// Exchanges in which the user and the model introduce themselves.
enum Introductions {
  /// The model, asked for its name, asks for the user's.
  private static let askedBack = """
    U: (Hi, |Hello, |)(what is your name|who are you)?
    B: (I am|My name is) RetNet. (What is your name|What is yours|And yours|And who are you|And you)?
    """

  /// The user gives a name, at the beginning or when asked. Needs the word of `Fact.myName`.
  static let scripts = Script.list(
    """
    U: (Hi|Hello|Hey|Hi there|Hello there|Good morning|Good evening)(!|,|.) (my name is|I am) {myName}(.|!)
     | (Hi|Hello|Hey)(!|,) (my name is|I am|call me|I am called|you can call me) {myName}(.|!|)
     | (My name is|I am) {myName}, (nice|pleased|good) to meet you(.|!)
     | (Hi|Hello)(!|,) (nice|pleased|good) to meet you(.|,) (my name is|I am) {myName}.
     | My name is {myName}.
     | I am {myName}.
    B: (Hi|Hello), {myName}! (Nice|Good|Pleased) to meet you. (I am RetNet.|My name is RetNet.|How are you?|)
     | (Hi|Hello|Hey) {myName}(!|, nice to meet you.) I am RetNet. (How are you(| today)?|What do you like to do?|)
     | (Hi|Hello) {myName}, (I am|my name is) RetNet. (What would you like to talk about?|How are you today?|What is new?)
     | (Nice|Good|Pleased) to meet you, {myName}(.|!) (I am RetNet.|My name is RetNet.|How are you?|What is on your mind?)

    U: (Hi|Hello|Hey|Hi there)(!|,|.) (my name is|I am) {myName}. (How are you(| today| doing)?|How is it going?)
    B: (Hi|Hello), {myName}! I am (fine|well), thank you. (And you?|How are you?|How are you today?)
     | Nice to meet you, {myName}. I am (fine|doing well), thank you. (And you?|How about you?)

    U: (Hi|Hello|Hey)(!|,|.) (my name is|I am) {myName}. (Who are you|What is your name|And you|And who are you|And yours)?
     | (My name is|I am) {myName}. (What is yours|What is your name|And yours|And you|Who are you|What about you)?
    B: (Nice to meet you, {myName}. |(Hi|Hello), {myName}! |)(I am|My name is) RetNet(|, a small (language model|network)).
     | (I am|My name is) RetNet. (Nice|Good|Pleased) to meet you, {myName}(.|!)

    U: (Hi|Hello|Hey|Hi there|Good morning)(!|.|)
    B: (Hi|Hello)(| there)! (I am|My name is) RetNet. (What is your name|And who are you|And you|May I ask your name)?
     | (Hi|Hello)! (What is your name?|Who are you?|What shall I call you?|May I know your name?)
    U: {myName}(.|)
     | (I am|My name is|It is|You can call me|Call me) {myName}(.|!)
    B: (Nice|Good|Pleased) to meet you, {myName}(.|!) (How are you(| today)?|What would you like to talk about?|)
     | (Hi|Hello), {myName}! (How are you(| today)?|What do you like to do?|It is nice to meet you.|)

    \(askedBack)
    U: {myName}(.|)
     | (I am|My name is|Mine is|It is) {myName}(.|!)
    B: (Nice|Good|Pleased) to meet you, {myName}(.|!) (How are you(| today)?|What would you like to talk about?|)
     | {myName} is a (nice|lovely|good) name. (How are you(| today)?|What is on your mind?|)
    """)

  /// The model asks for the user's name, which may stay unanswered.
  static let unanswered = Script.list(
    """
    U: (Hi|Hello|Hey|Hi there|Hello there|Good morning|Good evening)(!|.|)
    B: (Hi|Hello|Hey)(| there)! (I am|My name is) RetNet. (What is your name|And who are you|And you|May I ask your name)?
     | (Hi|Hello|Hey)! (What is your name?|Who are you?|What shall I call you?|May I know your name?)

    \(askedBack)
    """)

  /// Whether the model still knows the user's name.
  static let checks = Script.list(
    """
    U: Is my name {myName}?
     | (So|And) my name is {myName}(, right|, is it not)?
    B: Yes, your name is {myName}.
     | (Yes, it is|That is right), {myName}.

    U: Is my name {name}?
     | Am I (called |){name}?
    B: No, your name is {myName}.
     | No, you are {myName}. You told me so.

    U: Say my name(.|, please.|)
    B: {myName}.
     | Your name is {myName}.
    """)
}
