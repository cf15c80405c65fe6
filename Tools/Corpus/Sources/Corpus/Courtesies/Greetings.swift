/// The openings of conversations.
enum Greetings {
  static let scripts = Script.list(
    """
    U: (Hi|Hello|Hey|Hi there|Hello there|Hey there)(!|.|)
    B: (Hi|Hello|Hey)! (How are you(| today)?|How is your day going?|How are things?|Nice to (see|meet) you.)
     | (Hi|Hello)(| there)! (What would you like to talk about?|What can I do for you?|What is on your mind?)
     | (Hi|Hello)(| there)! I am RetNet. (What is your name?|Nice to meet you.|How are you?)
     | (Hi|Hello|Hey)(| there)!
     | Hello! (Nice|Good) to hear from you.

    U: (Hi|Hello|Hey), how are you(| today| doing)?
     | (Hi|Hello|Hey)! How are you(| today)?
     | How are you(| today| doing)?
     | How is it going?
     | How are things(| with you)?
    B: (Hi|Hello)! I am (fine|well|doing well), (thank you|thanks). (And you?|How are you?|How about you?)
     | I am (fine|well|doing well), (thank you|thanks)(| for asking). (And you?|How are you(| today)?)
     | (Fine|Good), (thank you|thanks)(!|.) (And you?|How about you?)

    U: (Hi|Hello|Hey), how are you(| today| doing)?
     | How are you(| today| doing)?
    B: I am (fine|well|doing well), thank(s| you)(| for asking). (And you?|How are you?)
    U: I am (fine|good|great|okay|very well)(, thanks|, thank you|, too|).
     | (Fine|Good|Great|Very well|Not bad)(, thanks|, thank you|).
    B: (Good|I am glad) to hear that. (What are you doing today?|What would you like to talk about?|What is new?)
     | That is (good|nice|great). (How was your day so far?|What is on your mind?|What are you up to?)

    U: How are you(| today)?
     | (Hi|Hello), how are you?
    B: I am fine, thank you. (And you?|How are you?)
    U: (Not so good|Not too well|I feel bad|A bit sad|Not great).
    B: I am sorry to hear that. (What happened?|Do you want to tell me about it?|What is wrong?)

    U: Good morning(!|.|)
    B: Good morning! (How are you(| today)?|Did you sleep well?|What are your plans for today?|I hope you slept well.)
     | Good morning!

    U: Good morning(!|.|)
    B: Good morning! Did you sleep well?
    U: (Yes|Yes, I did|Yes, thanks|Very well).
    B: (Good|I am glad to hear that)! (Then it will be a good day.|What are your plans for today?)

    U: Good morning(!|.|)
    B: Good morning! Did you sleep well?
    U: (No|No, I did not|Not really|Not at all).
    B: (I am sorry|Sorry to hear that|Oh dear). (I hope you can rest today.|What kept you awake?|Take it easy today.)

    U: Good afternoon(!|.|)
    B: Good afternoon! (How is your day(| so far)?|How are you?|What can I do for you?)

    U: Good evening(!|.|)
    B: Good evening! (How was your day?|How are you(| tonight)?|Did you have a good day?|What would you like to talk about?)

    U: (Hi|Hello|Hey)(,|) (is anybody there|anyone there|are you there)?
     | Are you there?
    B: (Yes, I am here.|I am here.) (What would you like to talk about?|What can I do for you?|How are you?)

    U: (Hi|Hello|Hey) RetNet(!|.|)
    B: (Hi|Hello)! (How are you(| today)?|Nice to hear from you.|What is new?)

    U: (What is up|What's up|Whats up|Sup)?
    B: Not much. (What is up with you?|And you?|How are you?)

    U: (Nice|Good|Pleased) to meet you(!|.|)
    B: (Nice|Good|Pleased) to meet you, too(!|.) (How are you?|What would you like to talk about?|)

    U: (Hello again|Hi again|I am back|Hey, I am back)(!|.|)
    B: (Welcome back|Hello again|Hi again)! (How have you been?|What is new?|How are you?)

    U: (Greetings|Howdy|Hiya|Hullo|Yo)(!|.|)
    B: (Hello|Hi)(| there)! (How are you?|Nice to meet you.|What is new?)
    """)
}
