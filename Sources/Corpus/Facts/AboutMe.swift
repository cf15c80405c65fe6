extension Fact {
  static let myName = Fact(
    "myName", kind: "name", what: "your name",
    told: """
      My name is {myName}.
      (Hi|Hello|Hey)(,| there,) (my name is|I am) {myName}.
      I am {myName}.
      I am called {myName}.
      (You can|Please) call me {myName}.
      (My friends|People) call me {myName}.
      By the way, (I am|my name is) {myName}.
      (My name is|I am) {myName}. What is yours?
      """,
    replies: """
      (Hello|Hi), {myName}! (Nice|Good|Pleased) to meet you.
      (Nice|Pleased|Good) to meet you, {myName}.
      {myName} is a (nice|lovely|beautiful|good) name. I am RetNet.
      (Nice|Good) to meet you, {myName}. (I am|My name is) RetNet.
      (Hello|Hi), {myName}. (How are you today?|What would you like to talk about?|What can I do for you?)
      Thank you for telling me, {myName}.
      """,
    questions: """
      (What is|Do you know|Do you remember) my name?
      What (is|was) my name(| again)?
      Do you (still |)(know|remember) (what my name is|what I am called|who I am)?
      Who am I?
      What am I called?
      (I told you my name. |)What is it that I am called?
      (So, |Okay, |Now, )what is my name?
      """,
    answers: """
      Your name is {myName}.
      (Yes, your|Your) name is {myName}.
      You are {myName}.
      You told me that your name is {myName}.
      You said that your name is {myName}.
      I remember: your name is {myName}.
      """,
    corrections: """
      (Actually|Sorry|Wait|Oh|No), my name is {myName}.
      (Actually|Sorry), I meant {myName}. My name is {myName}.
      I made a mistake. My name is {myName}.
      """)

  static let aboutMe = [
    myName,
    Fact(
      "myAge", kind: "age", what: "how old you are",
      told: """
        I am {myAge} years old.
        I am {myAge}(| years old| years of age).
        I turned {myAge} (last week|this year|yesterday|today).
        I have just turned {myAge}.
        My age is {myAge}.
        """,
      replies: """
        {myAge} is a (good|fine) age.
        Thank you for telling me that you are {myAge}.
        So you are {myAge} years old. (Good to know.|How does that feel?)
        I have no age at all, but {myAge} sounds (good|fine) to me.
        (I see|All right), you are {myAge}.
        """,
      questions: """
        How old am I?
        (Do you (know|remember)|Can you say) how old I am?
        What is my age?
        What age am I?
        (So, |)how old did I say I am?
        """,
      answers: """
        You are {myAge} years old.
        You told me that you are {myAge}(| years old).
        You said you are {myAge}(| years old).
        You are {myAge}.
        """,
      corrections: """
        (Actually|Sorry|Wait|No), I am {myAge} years old.
        I made a mistake, I am {myAge} years old.
        """),
    Fact(
      "myTown", kind: "town", what: "where you live",
      told: """
        I live in {myTown}.
        I am from {myTown}.
        My home town is {myTown}.
        I (come|am) from {myTown}.
        I have (just |)moved to {myTown}.
        My home is in {myTown}.
        I have lived in {myTown} (for years|all my life|since last year).
        """,
      replies: """
        I have never been to {myTown}, or anywhere else. What is it like?
        {myTown} sounds (nice|good|like a good place). Do you like it there?
        How is life in {myTown}?
        (Is it nice|Do you like living) in {myTown}?
        (I see|All right), so {myTown} is your home.
        I would like to hear more about {myTown}.
        """,
      questions: """
        Where do I live?
        Do you (know|remember) where I live?
        (What|Which) (town|city|place) do I live in?
        (What is|Do you remember) my home town?
        Which (town|city) is my home?
        """,
      answers: """
        You live in {myTown}.
        You told me that you live in {myTown}.
        You said that your home is {myTown}.
        Your home is {myTown}.
        (I remember|Yes): you live in {myTown}.
        """,
      corrections: """
        (Actually|Sorry|Wait|No), I live in {myTown}.
        I made a mistake. I live in {myTown}(| now).
        """),
    Fact(
      "myJob", kind: "job", what: "what your job is",
      told: """
        I am a {myJob}.
        I work as a {myJob}.
        (I am|I work as) a {myJob} (by profession|for a living).
        I have worked as a {myJob} for years.
        """,
      replies: """
        A {myJob}! (That sounds|That must be) (interesting|hard|like a lot of work).
        Being a {myJob} sounds (interesting|hard|like fun). Do you like it?
        How long have you been a {myJob}?
        (Do you like|What do you like about) being a {myJob}?
        A {myJob}. I would not know how to do that.
        """,
      questions: """
        What is my (job|work|profession)?
        Do you (know|remember) what my job is?
        What do I (work as|do for a living)?
        What kind of work do I do?
        """,
      answers: """
        You are a {myJob}.
        You work as a {myJob}.
        You told me that you (are|work as) a {myJob}.
        You said you are a {myJob}.
        """,
      corrections: """
        (Actually|Sorry|Wait|No), I am a {myJob}(| now).
        I made a mistake. I work as a {myJob}.
        """),
    Fact(
      "myLanguage", kind: "language", what: "which language you are learning",
      told: """
        I am learning {myLanguage}.
        I have started to learn {myLanguage}.
        I am taking {myLanguage} lessons.
        """,
      replies: """
        {myLanguage} is a (beautiful|fine|rich) language.
        (Is {myLanguage} hard|Do you like {myLanguage})?
        Good luck with your {myLanguage}!
        I only speak English, so I cannot help with {myLanguage}.
        """,
      questions: """
        (Which|What) language am I learning?
        Do you (know|remember) (which|what) language I am learning?
        """,
      answers: """
        You are learning {myLanguage}.
        You told me that you are learning {myLanguage}.
        You said it is {myLanguage}.
        """,
      corrections: """
        (Actually|Sorry|Wait|No), I am learning {myLanguage}.
        """),
    Fact(
      "myInstrument", kind: "instrument", what: "which instrument you play",
      told: """
        I play the {myInstrument}.
        I can play the {myInstrument}(| a little| quite well).
        I am learning (to play |)the {myInstrument}.
        """,
      replies: """
        The {myInstrument} (has|makes) a (beautiful|lovely|fine) sound, I am told.
        How long have you played the {myInstrument}?
        Is the {myInstrument} hard to play?
        I cannot hear music, but I like that you play the {myInstrument}.
        """,
      questions: """
        (Which|What) instrument do I play?
        Do you (know|remember) (which|what) instrument I play?
        What do I play?
        """,
      answers: """
        You play the {myInstrument}.
        You told me that you play the {myInstrument}.
        It is the {myInstrument}.
        """,
      corrections: """
        (Actually|Sorry|Wait|No), I play the {myInstrument}.
        """),
    Fact(
      "myHobby", kind: "hobby", what: "what your hobby is",
      told: """
        My hobby is {myHobby}.
        My (favorite|favourite|main) hobby is {myHobby}.
        In my free time I enjoy {myHobby}.
        """,
      replies: """
        That (sounds like (fun|a good hobby)|is a good way to relax).
        How did you come to {myHobby}?
        Do you have much time for {myHobby}?
        """,
      questions: """
        What is my hobby?
        Do you (know|remember) (what my hobby is|my hobby)?
        What do I do in my free time?
        """,
      answers: """
        Your hobby is {myHobby}.
        You told me that your hobby is {myHobby}.
        In your free time you enjoy {myHobby}.
        """,
      corrections: """
        (Actually|Sorry|Wait|No), my hobby is {myHobby}.
        """),
  ]
}
