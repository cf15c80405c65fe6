extension Fact {
  static let myName = Fact(
    "myName", kind: "name", what: "your name",
    told: """
      My name is {myName}.
      My name is {myName}.
      (Hi|Hello|Hey)(,|!) (my name is|I am) {myName}.
      I am {myName}.
      I am {myName}, by the way.
      I am called {myName}.
      (You can|Please|Just) call me {myName}.
      (My friends|People|Most people|They) call me {myName}.
      By the way, (I am|my name is) {myName}.
      (My name is|I am) {myName}. What is yours?
      (The name is|It is) {myName}, by the way.
      """,
    replies: """
      (Hello|Hi), {myName}! (Nice|Good|Lovely) to meet you.
      (Nice|Good|Lovely|Pleased) to meet you, {myName}(.|!)
      (Nice|Good|Lovely) to meet you, {myName}(.|!) I am RetNet.
      (Hello|Hi), {myName}! I am RetNet.
      (Hello|Hi), {myName}! (How are you today?|How are you?|What would you like to talk about?)
      Hi {myName}, (nice|good) to meet you!
      {myName}, got it. (Nice|Good) to meet you!
      """,
    questions: """
      (What is|Do you know|Do you remember|Can you remember) my name?
      What (is|was) my name(| again)?
      Do you (still |)(know|remember) (what my name is|what I am called|who I am|my name)?
      Who am I?
      What am I called?
      What did I say my name was?
      (So|Okay|Now|Right)(,|:) what is my name?
      (Did you forget|Have you forgotten) my name?
      And what is my name?
      Tell me my name.
      """,
    answers: """
      Your name is {myName}.
      Your name is {myName}.
      You are {myName}.
      {myName}.
      {myName}!
      It is {myName}.
      You told me your name is {myName}.
      """,
    corrections: """
      (Actually|Sorry|Wait|Oh|No), my name is {myName}.
      No, it is {myName}, not {was}.
      It is {myName}, not {was}.
      (Actually|Sorry), I meant {myName}. My name is {myName}.
      (Sorry, |Oops, |Oh, |)I made a mistake. My name is {myName}.
      Not {was}. {myName}.
      No, {myName}, with a {initial}.
      (Sorry|No|Wait), it is {myName} with a {initial}.
      (Sorry, typo|That was a typo|Oops, typo). (It is|My name is|I am) {myName}.
      """)

  static let aboutMe = [
    myName,
    Fact(
      "myAge", kind: "age", what: "how old you are",
      told: """
        I am {myAge} years old.
        I am {myAge}(| years old| years of age).
        I turned {myAge} (last week|this year|yesterday|today|in March|in May).
        I have just turned {myAge}.
        My age is {myAge}.
        I am {myAge}, by the way.
        """,
      replies: """
        {myAge}, got it.
        {myAge} is a (good|fine|great) age.
        So you are {myAge}. (Good to know.|How does that feel?)
        (Good to know|Thanks for telling me), {myAge} it is.
        {myAge}! (Do you feel like it|How does it feel)?
        """,
      questions: """
        How old am I?
        (Do you (know|remember)|Can you say|Can you tell me) how old I am?
        What is my age?
        What age am I?
        (So, |)how old did I say I am?
        And how old am I?
        """,
      answers: """
        You are {myAge}.
        You are {myAge} years old.
        {myAge}.
        You told me you are {myAge}.
        """,
      corrections: """
        (Actually|Sorry|Wait|No), I am {myAge}(| years old).
        No, I am {myAge}, not {was}.
        I made a mistake, I am {myAge} years old.
        """),
    Fact(
      "myTown", kind: "town", what: "where you live",
      told: """
        I live in {myTown}.
        I live in {myTown}.
        I am from {myTown}.
        My home town is {myTown}.
        I come from {myTown}.
        I have (just |)moved to {myTown}.
        I moved to {myTown} (last year|last month|when I was ten|two years ago).
        My home is in {myTown}.
        I live in {myTown} (now|these days|with my parents|with two friends|with my family).
        I have lived in {myTown} (for years|all my life|since last year|for ten years).
        """,
      replies: """
        {myTown}! (What is it like there|How do you like it there|Do you like it there|What do you like best about it)?
        {myTown} sounds (nice|lovely|like a good place). (Do you like it there?|)
        How is life in {myTown}?
        (Is it nice|Do you like living) in {myTown}?
        {myTown}, (got it|nice|good to know).
        What is (the best thing about|the weather like in) {myTown}?
        """,
      questions: """
        Where do I live?
        Do you (know|remember) where I live?
        (What|Which) (town|city|place) do I live in?
        (What is|Do you remember) my home town?
        Which (town|city) is my home?
        Where did I say I live?
        And where do I live?
        """,
      answers: """
        You live in {myTown}.
        You live in {myTown}.
        In {myTown}.
        {myTown}.
        You told me you live in {myTown}.
        """,
      corrections: """
        (Actually|Sorry|Wait|No), I live in {myTown}.
        No, I live in {myTown}, not in {was}.
        I (do not live in {was} any more|have moved). I live in {myTown} now.
        I made a mistake. I live in {myTown}(| now).
        """),
    Fact(
      "myJob", kind: "job", what: "what your job is",
      told: """
        I am a {myJob}.
        I work as a {myJob}.
        (I am|I work as) a {myJob}(| for a living).
        I have worked as a {myJob} for (years|ten years|five years).
        I am a {myJob}, by the way.
        I have a new job: I am a {myJob} now.
        """,
      replies: """
        A {myJob}! (That sounds|That must be) (interesting|hard work|fun).
        Being a {myJob} (sounds|must be) (interesting|like fun|hard work). Do you like it?
        How long have you been a {myJob}?
        (Do you like|What do you like about|How do you like) being a {myJob}?
        A {myJob}, (nice|how interesting|good to know)!
        """,
      questions: """
        What is my (job|work|profession)?
        Do you (know|remember) what my job is?
        What do I (work as|do for a living)?
        What kind of work do I do?
        What did I say my job was?
        And what is my job?
        """,
      answers: """
        You are a {myJob}.
        You are a {myJob}.
        You work as a {myJob}.
        A {myJob}.
        You told me you are a {myJob}.
        """,
      corrections: """
        (Actually|Sorry|Wait|No), I am a {myJob}(| now).
        No, I am a {myJob}, not a {was}.
        I made a mistake. I work as a {myJob}.
        """),
    Fact(
      "myLanguage", kind: "language", what: "which language you are learning",
      told: """
        I am learning {myLanguage}.
        I have started to learn {myLanguage}.
        I am taking {myLanguage} lessons.
        I am trying to learn {myLanguage}(| at the result).
        """,
      replies: """
        {myLanguage} is a (beautiful|fine|great) language. (How is it going?|)
        (Is {myLanguage} hard|Do you like {myLanguage}|How is it going)?
        Good luck with your {myLanguage}!
        {myLanguage}, (nice|how interesting)! What made you choose it?
        """,
      questions: """
        (Which|What) language am I learning?
        Do you (know|remember) (which|what) language I am learning?
        What am I learning?
        """,
      answers: """
        You are learning {myLanguage}.
        {myLanguage}.
        It is {myLanguage}.
        """,
      corrections: """
        (Actually|Sorry|Wait|No), I am learning {myLanguage}.
        No, {myLanguage}, not {was}.
        """),
    Fact(
      "myInstrument", kind: "instrument", what: "which instrument you play",
      told: """
        I play the {myInstrument}.
        I can play the {myInstrument}(| a little| quite well).
        I am learning (to play |)the {myInstrument}.
        I have started playing the {myInstrument}.
        """,
      replies: """
        The {myInstrument}, (nice|lovely|how nice)! How long have you played?
        How long have you played the {myInstrument}?
        Is the {myInstrument} hard to play?
        The {myInstrument} has a (beautiful|lovely) sound, people say.
        What do you like to play on the {myInstrument}?
        """,
      questions: """
        (Which|What) instrument do I play?
        Do you (know|remember) (which|what) instrument I play?
        What do I play?
        """,
      answers: """
        You play the {myInstrument}.
        The {myInstrument}.
        It is the {myInstrument}.
        """,
      corrections: """
        (Actually|Sorry|Wait|No), I play the {myInstrument}.
        No, the {myInstrument}, not the {was}.
        """),
    Fact(
      "myHobby", kind: "hobby", what: "what your hobby is",
      told: """
        My hobby is {myHobby}.
        My (favorite|favourite|main) hobby is {myHobby}.
        In my free time I (enjoy|love|like) {myHobby}.
        My hobby? {myHobby}.
        What I like most is {myHobby}.
        """,
      replies: """
        {myHobby}, (nice|lovely|how nice)! (How did you get into that?|)
        That sounds (fun|like fun|like a good hobby).
        How did you (get into|come to) {myHobby}?
        Do you have much time for {myHobby}?
        {myHobby} is a (good|nice|great) hobby.
        """,
      questions: """
        What is my hobby?
        Do you (know|remember) (what my hobby is|my hobby)?
        What do I (like to do|do) in my free time?
        What did I say my hobby was?
        """,
      answers: """
        Your hobby is {myHobby}.
        {myHobby}.
        You told me your hobby is {myHobby}.
        """,
      corrections: """
        (Actually|Sorry|Wait|No), my hobby is {myHobby}.
        No, {myHobby}, not {was}.
        """),
  ]
}
