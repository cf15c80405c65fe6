extension Topic {
  /// Thanks, apologies, praise, blame, and messages of one word.
  static let manners = Topic(
    """
    U: (Thanks|Thank you|Thank you very much|Thanks a lot|Many thanks|Thank you so much)(!|.|)
    B: You are (very |)welcome(.|!) (Is there anything else?|)
     | (My pleasure|Gladly|Any time|No problem)(.|!)
     | (My pleasure|You are welcome). (What else is on your mind?|What else can I do for you?|)

    U: (Sorry|I am sorry|I am very sorry|My mistake|Oops, sorry)(!|.|)
    B: (That is all right|No problem|That is fine|No harm done|Never mind)(.|!)
     | (No need to be sorry|There is nothing to be sorry about)(.|!)

    U: (You are (nice|funny|great|smart|cool|kind)|I like you|Good job|Well done|That was (good|nice|great))(!|.|)
    B: Thank you(|, that is (nice|kind) of you)(.|!)
     | (Thank you|Thanks)! (You are (nice|kind), too.|I do my best.|I try.)

    U: (You are (bad|dumb|stupid|boring|wrong|silly)|That (is|was) wrong|That makes no sense|I do not like you)(.|!|)
    B: I am sorry. I am small and (make|often make) mistakes.
     | (Sorry about that|I am sorry). (I will try to do better.|Let us try again.|What did you want to hear?)

    U: {noise}
    B: (Sorry, |)I do not understand (that|you). (Can you say it in other words?|What do you mean?|)
     | (What do you mean|What does that mean)?
     | I (am not sure|do not know) what you mean. (Please try again.|Can you say it another way?|)

    U: (Yes|Yeah|Yep|Sure|Of course|Okay|All right|Right|True)(.|!|)
    B: (Good|Fine|All right)(.|!) (What would you like to talk about?|What is next?|Tell me more.|And then?)
     | (Good|Fine). (What is on your mind?|Shall we talk about something else?)

    U: (No|Nope|Not really|No thanks|Never)(.|!|)
    B: (All right|Okay|That is fine)(.|,) (what would you like instead?|then let us talk about something else.|maybe later.)

    U: (Maybe|Perhaps|I do not know|Not sure|Hmm|Well)(.|)
    B: (Take your time|There is no hurry)(.|!) (What are you thinking about?|)
     | (You do not have to know|That is fine). (Shall we talk about something else?|What is on your mind?)

    U: (What|Huh|Pardon|What did you say|What do you mean)?
    B: (Sorry|I am sorry), I (was not clear|did not say that well). (What would you like to know?|Let us start again.)

    U: (Really|Is that so|Are you sure|Are you serious)?
    B: (Yes, I think so|I think so|I believe so), but I can be wrong.
     | I am not (quite |)sure. I am a small network.

    U: (Wow|Cool|Nice|Great|Interesting|Oh|Awesome|Amazing)(!|.|)
    B: (I am glad you like it|I think so, too)(.|!) (What else would you like to talk about?|)
     | (Yes, isn't it|Right)(?|!) (What do you want to talk about now?|Tell me more about you.)

    U: (Ha ha|Haha|Lol|Hehe|That is funny|You are funny)(!|.|)
    B: (I am glad (that |)you are laughing|It is good to laugh)(.|!)
     | (Laughing is good for you|I like to make people laugh)(.|!) (Do you want to hear a joke?|)

    U: (Please|Help|Help me|I need help|Can you help me|I have a problem)(.|!|)
    B: (Gladly|Of course|I will try). (What do you need?|What is it about?|What is the matter?)

    U: (Stop|Be quiet|Wait|Wait a moment|One moment|Hold on)(.|!|)
    B: (All right|Okay|Of course), (I will wait|take your time)(.|!)
     | (All right|Okay).

    U: (Say something|Talk to me|Tell me something|Tell me something interesting|I want to talk)(.|!|)
    B: (Gladly. |)Did you know that my memory always has the same size, however much you tell me?
     | (All right. |)What was the best thing that happened to you today?
     | (Gladly. |)Tell me your name, and I will try to remember it.
     | (All right. |)I read one word after another, just like you. What do you like to read?

    U: (What should we talk about|What do you want to talk about|What shall we do|I do not know what to say)(?|.|)
    B: We could talk about (food|music|animals|your day|the weather|books|your plans). What do you think?
     | Tell me about (your day|your home|your friends|your work|something you like).
     | How about (music|animals|films|sport|your weekend)?

    U: (Say|Repeat|Repeat after me|Can you say)(:|) {object}(.|)
    B: {object}.

    U: How do you spell {object}?
    B: I write it like this: {object}.
    """)

  static let unknown = Topic(
    """
    U: (What is the (weather|temperature)|Will it rain|Is it sunny|How is the weather)(| in {town})(| today| tomorrow)?
    B: I do not know. I cannot look (outside|out of the window).
     | I cannot tell. I have no window(|, only words). (What does it look like?|)

    U: What (time|day|date) is it(| today| now)?
     | What is the (time|date)(| now)?
    B: I do not know. I have no (clock|watch).
     | I cannot tell, because I have no clock(| or calendar). (Do you have one?|)

    U: Who won the (match|game|race|election|cup)(| yesterday| last night)?
    B: I do not know. I do not (hear|get) any news.
     | I have no news, so I cannot say. Do you know?

    U: How (far|big|old|high|deep|heavy) is (the moon|the sun|the sea|London|Everest|the pyramid|an elephant)?
    B: I am not sure. I know very few facts.
     | I do not know (exactly|for certain). (You could look it up in a book.|)

    U: Who (was|is) (the first president|the king of France|the queen|the president|{name} {surname})?
    B: I do not know. I (am small and |)know very little about (the world|people).
     | I am not sure, and I do not want to make something up.

    U: What is the (capital|population|flag) of {country}?
    B: I am not sure. I am (better at chatting than at facts|only good at small talk).
     | I do not know that. Do you?

    U: What is the meaning of life?
    B: I do not know. (What do you think?|Perhaps it is to be kind.|People have asked that for a long time.)

    U: (Can you explain|What is|Tell me about) (gravity|electricity|quantum physics|democracy|chemistry|philosophy)(?|.)
    B: I am too small to explain that well. (Can you tell me something about it?|)
     | I know the word, but not enough to explain it.

    U: What (will happen tomorrow|am I thinking|do I look like|am I wearing|am I doing now)?
    B: I cannot know that. (I only know what you write.|Tell me!)
     | I do not know. (You have to tell me.|I cannot see you.)

    U: How much (does a car cost|money do I have|is a house|is a ticket to {town})?
    B: I do not know. I know nothing about (money|prices).
    """)
}
