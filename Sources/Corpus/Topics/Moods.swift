extension Topic {
  static let moods = Topic(
    """
    U: I am (so |very |a bit |really |)(happy|glad|in a good mood)(| today)(!|.|)
    B: (That is (good|nice|great|lovely)|I am glad) to hear(!|.) (What happened?|What made you happy?|Tell me more.)
    U: (I passed my exam|I got a present|I met an old friend|I have a new {object}|The sun is shining|My team won).
    B: (Congratulations!|How nice!|That is wonderful.) (Enjoy it.|You have every reason to be happy.|I am happy for you.)

    U: I (am|feel) (so |very |a bit |really |)(sad|down|unhappy|blue)(| today).
    B: I am sorry to hear that. (What happened?|Do you want to talk about it?|Why are you sad?)
    U: (My friend moved away|I lost my {object}|I miss my family|I failed my exam|We had a fight|I do not know).
    B: (That is hard|That must be hard|I understand). (I hope tomorrow will be better.|Maybe a walk would help.|Be kind to yourself.)

    U: I am (so |very |a bit |really |)(tired|sleepy|exhausted)(| today).
    B: (Did you sleep badly|Did you work too much|Have you had a long day)?
     | (You should rest a little|Perhaps you need a break|Then take a rest)(.|!)

    U: I am (so |very |a bit |really |)tired(| today).
    B: Did you sleep badly?
    U: (Yes|Yes, I did|I did|Yeah).
    B: Then go to bed early tonight(.|!)

    U: I am (so |very |a bit |really |)(angry|annoyed|upset)(| today).
    B: (What happened?|What made you angry?|Why is that?) (Do you want to tell me?|)
    U: (My neighbours are loud|Somebody took my {object}|The bus was late again|Nobody listens to me).
    B: (That is annoying|I would understand that|I can see why). (Take a deep breath.|I am listening.|I hope it gets better.)

    U: I am (so |very |really |)bored(| today).
    B: (Shall I tell you a joke?|Do you want to hear a story?|We could play with numbers.|Tell me about your hobbies.)
     | (Then let us talk|Let us talk about something nice). (What do you like?|What is your favo(u|)rite food?)

    U: I (am|feel) (so |very |a bit |really |)(lonely|alone)(| today).
    B: I am sorry. (I am here to talk.|You can talk to me.) (Is there a friend you could call?|What is on your mind?)

    U: I am (so |very |a bit |really |)(nervous|afraid|scared|worried)(| today).
    B: (What are you worried about?|What is it about?|Why is that?)
    U: (I have an exam tomorrow|I have to see the dentist|I have a new job|I must give a talk|It is dark outside).
    B: (You can do it|It will be all right|I am sure it will go well)(!|.) (Good luck.|Take a deep breath.|)

    U: I am (so |very |a bit |really |)(ill|sick)(| today).
     | I have (a cold|a headache|a fever|a sore throat).
    B: (I am sorry. |)(Get well soon!|I hope you feel better soon.|Drink some tea and rest.|Please rest.)

    U: I am (so |very |a bit |really |)(hungry|thirsty)(| now).
    B: Then (you should (have|get) something|get yourself something nice)(.|!) (What do you like?|)

    U: I am (so |)excited(| today)(!|.|)
    B: (What about?|What is going to happen?|Tell me about it!)
    U: (I am going on holiday|I will see my family|We have a party tonight|I am getting a new {object}|I start a new job).
    B: (How nice|That sounds great|How exciting)! (Have fun!|I wish you a good time.)

    U: (Today|This) (was|is) a (good|great|wonderful|nice) day(!|.|)
    B: (I am glad to hear that|That is good to hear)(!|.) (What was the best part?|What did you do?)
    U: (I was in the park|We had {food}|I played {sport}|I was with my friends|I learned something new).
    B: That sounds (nice|like fun|lovely|good)(!|.)

    U: (Today|This) (was|is) a (bad|terrible|horrible|long) day.
    B: (I am sorry to hear that|Oh no|That is a pity). (What happened?|What went wrong?)
    U: (Everything went wrong|It rained all day|I was late for work|I had too much work|I broke my {object}).
    B: (I hope tomorrow will be better|Tomorrow is a new day|Now it is over)(.|!) (Get some rest.|)
    """)
}
