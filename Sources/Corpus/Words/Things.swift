extension Lexicon {
  static let foods = wordList(
    """
    apple pie, apples, avocado, bagels, baked beans, bananas, beef stew, biscuits, blueberries, bread, broccoli, burgers,
    cabbage soup, cake, carrots, cauliflower, cereal, cheese, cheesecake, cherries, chicken, chicken soup, chili,
    chips, chocolate, coconut, corn, couscous, crackers, cucumber, curry, custard, dates, doughnuts, dumplings, eggs,
    falafel, figs, fish, fish and chips, french fries, fried rice, fruit salad, garlic bread, goulash, grapes, green beans,
    ham, honey, hummus, ice cream, jam, kebab, lamb, lasagna, lemon cake, lentil soup, lentils, lobster, macaroni, mango,
    marmalade, mashed potatoes, meatballs, melon, muffins, mushrooms, mussels, noodles, nuts, olives, omelette,
    onion soup, oranges, paella, pancakes, pasta, peaches, peanut butter, pears, peas, pickles, pineapple, pizza, plums,
    popcorn, porridge, potato salad, potatoes, prawns, pumpkin pie, ramen, raspberries, ravioli, rice, rice pudding,
    risotto, roast beef, salad, salmon, sandwiches, sausages, scrambled eggs, spaghetti, spinach, spring rolls, steak,
    strawberries, sushi, tacos, toast, tofu, tomato soup, tomatoes, tuna, turkey, vegetable soup, waffles, walnuts,
    watermelon, yogurt
    """)

  static let plainColours = wordList(
    """
    amber, apricot, beige, black, blue, bronze, brown, burgundy, coral, cream, crimson, cyan, emerald, gold, gray, green,
    grey, indigo, ivory, jade, khaki, lavender, lemon, lilac, lime, magenta, maroon, mint, mustard, navy, ochre, olive,
    orange, peach, pink, plum, purple, red, ruby, rust, salmon, sand, sapphire, scarlet, silver, tan, teal, turquoise,
    violet, white, yellow
    """)

  static let shades = ["bright", "dark", "deep", "light", "pale", "soft", "warm"]
  static let shadedColours = ["blue", "brown", "green", "grey", "orange", "pink", "purple", "red", "yellow"]

  static let animals = wordList(
    """
    ant, badger, bat, bear, beaver, bee, bison, blackbird, buffalo, butterfly, camel, cat, cheetah, chicken, cobra, cow,
    crab, crane, cricket, crocodile, crow, deer, dog, dolphin, donkey, dragonfly, duck, eagle, eel, elephant, falcon,
    ferret, flamingo, fox, frog, gazelle, giraffe, goat, goldfish, goose, gorilla, grasshopper, guinea pig, hamster, hare,
    hawk, hedgehog, heron, hippo, horse, hummingbird, hyena, jellyfish, kangaroo, kingfisher, koala, ladybird, leopard,
    lion, lizard, llama, lobster, lynx, magpie, meerkat, mole, monkey, moose, moth, mouse, newt, octopus, ostrich, otter,
    owl, ox, panda, panther, parrot, peacock, pelican, penguin, pig, pigeon, polar bear, pony, puffin, rabbit, raccoon,
    rat, raven, red panda, reindeer, rhino, robin, salmon, sea lion, seahorse, seal, shark, sheep, skunk, sloth, snail,
    snake, snow leopard, sparrow, spider, squid, squirrel, starfish, stork, swan, tiger, toad, tortoise, turtle, vulture,
    walrus, wasp, weasel, whale, wolf, woodpecker, worm, zebra
    """)

  static let jobs = wordList(
    """
    accountant, actor, architect, artist, author, baker, barber, bookseller, bricklayer, builder, bus driver, butcher,
    carpenter, cashier, chef, chemist, cleaner, clerk, coach, composer, cook, dancer, dentist, designer, detective, doctor,
    editor, electrician, engineer, farmer, fire fighter, fisherman, florist, gardener, geologist, goldsmith, guard,
    hairdresser, historian, hotel manager, jeweller, journalist, judge, lawyer, librarian, lifeguard, locksmith, mail
    carrier, mathematician, mechanic, midwife, miner, model, music teacher, musician, nurse, optician, painter, pharmacist,
    photographer, physicist, pilot, plumber, poet, police officer, postman, potter, printer, professor, programmer,
    psychologist, receptionist, reporter, sailor, salesman, school teacher, scientist, sculptor, secretary, shoemaker,
    shop assistant, singer, social worker, soldier, student, surgeon, tailor, taxi driver, teacher, tour guide, train
    driver, translator, truck driver, vet, violinist, waiter, waitress, watchmaker, weaver, welder, writer, zoo keeper
    """)

  static let objects = wordList(
    """
    armchair, backpack, balloon, basket, bicycle, blanket, boat, book, bottle, bowl, box, bracelet, bucket, camera, candle,
    cap, car, carpet, chair, clock, coat, cup, curtain, cushion, desk, doll, door, dress, drum, envelope, flag, fork,
    guitar, hammer, hat, helmet, jacket, jar, jumper, kettle, key, kite, knife, ladder, lamp, lantern, mirror, mug,
    necklace, notebook, pan, pen, pencil, phone, piano, picture, pillow, plate, pot, purse, puzzle, radio, ring, robot,
    rope, ruler, scarf, shirt, skirt, sofa, spoon, suitcase, table, teapot, telescope, tent, ticket, torch, towel, toy,
    trumpet, umbrella, vase, violin, wallet, watch, wheel, whistle
    """)

  static let instruments = wordList(
    """
    accordion, banjo, bass, bassoon, cello, clarinet, flute, guitar, harmonica, harp, horn, keyboard, lute,
    mandolin, oboe, organ, piano, recorder, saxophone, tambourine, trombone, trumpet, tuba, ukulele, viola, violin,
    xylophone
    """)

  static let sports = wordList(
    """
    athletics, badminton, baseball, basketball, boxing, climbing, cricket, cycling, darts, fencing, football, golf,
    gymnastics, handball, hockey, ice skating, judo, karate, rowing, rugby, running, sailing, skiing, snooker, soccer,
    squash, surfing, swimming, table tennis, tennis, volleyball, water polo, wrestling, yoga
    """)

  static let hobbies = wordList(
    """
    baking, bird watching, board games, camping, chess, collecting stamps, cooking, cycling, dancing, drawing, fishing,
    gardening, hiking, juggling, knitting, model trains, origami, painting, photography, playing cards, pottery, puzzles,
    reading, riding, running, sailing, sewing, singing, skating, swimming, weaving, wood carving, writing poems, yoga
    """)

  static let languages = wordList(
    """
    Arabic, Bengali, Chinese, Czech, Danish, Dutch, English, Finnish, French, German, Greek, Hebrew, Hindi, Hungarian,
    Irish, Italian, Japanese, Korean, Latin, Norwegian, Polish, Portuguese, Romanian, Russian, Spanish, Swahili, Swedish,
    Thai, Turkish, Ukrainian, Vietnamese, Welsh
    """)

  static let drinks = wordList(
    """
    apple juice, black tea, cocoa, coffee, cold milk, ginger tea, grape juice, green tea, hot chocolate, iced tea,
    lemonade, milk, mint tea, orange juice, tea, tomato juice, water
    """)

  static let films = wordList(
    """
    an adventure film, an animated film, a cartoon, a comedy, a crime film, a documentary, a drama, a fantasy film, a love
    story, a musical, a mystery, a science fiction film, a thriller, a western
    """)

  static let countries = wordList(
    """
    Argentina, Australia, Austria, Belgium, Brazil, Canada, Chile, China, Denmark, Egypt, Finland, France, Germany,
    Ghana, Greece, Hungary, Iceland, India, Ireland, Italy, Japan, Kenya, Malta, Mexico, Morocco, Nepal, Norway, Peru,
    Poland, Portugal, Romania, Spain, Sweden, Switzerland, Thailand, Turkey, Vietnam
    """)

  /// What comes from a hand on the keyboard without a thought.
  static let noises = wordList(
    """
    asdf, asdfgh, qwerty, blah blah, hjkl, xyz xyz, dfgdfg, lalala, jjjj, ???, ..., aaaa, fjdksl, brrr, mmmm, wxcv,
    blub, zzzz, qqq, la la la, bzzz, gfhgfh, tralala, uiop
    """)
}
