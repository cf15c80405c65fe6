extension Lexicon {
  static let foods = wordList(
    """
    Greek salad, apple crumble, apple pie, apples, avocado, avocado toast, bagels, baked beans, baked potatoes,
    banana bread, bananas, bean soup, beef stew, bibimbap, biryani, biscuits, blueberries, borscht, bread, broccoli,
    broccoli soup, brownies, burgers, burritos, butter chicken, cabbage soup, cake, carrots, cauliflower,
    cauliflower cheese, cereal, cheese, cheese on toast, cheesecake, cherries, chicken, chicken curry, chicken soup,
    chicken wings, chickpea stew, chili, chilli con carne, chips, chocolate, chow mein, coconut, corn, cottage pie,
    couscous, couscous salad, crab cakes, crackers, crepes, croissants, cucumber, curry, custard, dal, dates,
    doughnuts, dumplings, egg fried rice, eggs, empanadas, enchiladas, fajitas, falafel, figs, fish, fish and chips,
    fish fingers, fish pie, fish soup, fish tacos, flatbread, fondue, french fries, fried eggs, fried rice,
    frittata, fruit salad, garlic bread, gazpacho, gnocchi, goulash, granola, grapes, gratin, green beans, grilled
    cheese, gumbo, ham, honey, hummus, ice cream, jacket potatoes, jam, jollof rice, katsu curry, kebab, kimchi,
    lamb, lasagna, lasagne, leek soup, lemon cake, lemon chicken, lentil soup, lentils, lobster, macaroni, macaroni
    cheese, mango, marmalade, mashed potatoes, meat loaf, meatballs, melon, minestrone, miso soup, moussaka, muesli,
    muffins, mushroom risotto, mushroom soup, mushrooms, mussels, nachos, noodle soup, noodles, nuts, olives,
    omelette, onion soup, onion tart, oranges, pad thai, paella, pancakes, pasta, pasta bake, pasta salad, pea soup,
    peaches, peanut butter, pears, peas, pesto pasta, pho, pickles, pierogi, pineapple, pizza, plums, poached eggs,
    popcorn, porridge, potato pie, potato salad, potato soup, potatoes, prawns, pulled pork, pumpkin pie, pumpkin
    soup, quesadillas, quiche, ramen, raspberries, ratatouille, ravioli, rice, rice and beans, rice pudding,
    risotto, roast beef, roast chicken, roast potatoes, salad, salmon, salmon pie, samosas, sandwiches, sauerkraut,
    sausages, scrambled eggs, shakshuka, shepherd's pie, soup, spaghetti, spaghetti bolognese, spinach, spinach pie,
    spring rolls, steak, steak and chips, stew, stir-fry, strawberries, stuffed peppers, sushi, sweet potatoes,
    tabbouleh, tacos, tagine, tempura, toast, tofu, tofu curry, tomato pasta, tomato soup, tomatoes, tortellini,
    tortilla, tuna, turkey, vegetable curry, vegetable pie, vegetable soup, veggie burgers, waffles, walnuts,
    watermelon, yogurt
    """)

  /// Cooked food, with names that need no article.
  static let dishes = wordList(
    """
    Greek salad, apple crumble, baked potatoes, bean soup, beef stew, bibimbap, biryani, borscht, burgers, burritos,
    butter chicken, cabbage soup, cauliflower cheese, cheese on toast, chicken curry, chicken soup, chickpea stew,
    chilli, chow mein, cottage pie, couscous, crepes, curry, dal, dumplings, egg fried rice, empanadas, enchiladas,
    fajitas, falafel, fish and chips, fish pie, fish soup, fish tacos, fried eggs, fried rice, frittata, gnocchi,
    goulash, gratin, jollof rice, katsu curry, lasagne, leek soup, lentil soup, lentils, macaroni cheese, mashed
    potatoes, meatballs, minestrone, miso soup, moussaka, mushroom risotto, mushroom soup, nachos, noodle soup,
    noodles, omelettes, onion soup, onion tart, pad thai, paella, pancakes, pasta, pasta bake, pasta salad, pea
    soup, pesto pasta, pho, pierogi, pizza, poached eggs, porridge, potato pie, potato salad, potato soup, pumpkin
    soup, quesadillas, quiche, ramen, ratatouille, ravioli, rice and beans, risotto, roast chicken, salad, samosas,
    sausages, scrambled eggs, shakshuka, shepherd's pie, soup, spaghetti, spinach pie, spring rolls, stew, stir-fry,
    stuffed peppers, sushi, tacos, tagine, tofu curry, tomato pasta, tomato soup, tortellini, vegetable curry,
    vegetable pie, vegetable soup, waffles
    """)

  static let fruits = wordList(
    """
    apples, apricots, bananas, blackberries, blueberries, cherries, coconuts, figs, grapefruit, grapes, kiwis, lemons, limes,
    mangoes, melons, nectarines, oranges, papaya, peaches, pears, pineapple, plums, pomegranates, raspberries, strawberries,
    tangerines, watermelon
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
    IT consultant, accountant, actor, air traffic controller, animal keeper, archaeologist, architect, artist,
    astronomer, au pair, author, baker, bank clerk, barber, barista, bartender, beekeeper, biologist, blacksmith,
    bookbinder, bookseller, botanist, bricklayer, builder, bus driver, butcher, carer, caretaker, carpenter,
    cashier, cellist, chef, chemist, childminder, choir leader, cleaner, clerk, clockmaker, coach, comedian,
    composer, conductor, consultant, cook, courier, crane driver, dairy farmer, dancer, delivery driver, dentist,
    designer, detective, diver, doctor, dog trainer, drummer, economist, editor, electrician, engineer, estate
    agent, farmer, fashion designer, film critic, fire fighter, firefighter, fisherman, flight attendant, florist,
    football coach, forester, game designer, gardener, geologist, glassblower, goldsmith, graphic designer, guard,
    hairdresser, headteacher, historian, hotel manager, illustrator, interpreter, janitor, jeweller, journalist,
    judge, juggler, kindergarten teacher, lab assistant, landscape gardener, lawyer, lecturer, librarian, lifeguard,
    locksmith, mail     carrier, mathematician, maths teacher, mechanic, midwife, miner, model, museum guide, music
    teacher, musician, nanny, nurse, nutritionist, office manager, optician, painter, paramedic, park ranger, pastry
    chef, pharmacist, photographer, physicist, pianist, piano teacher, piano tuner, pilot, playwright, plumber,
    poet, police officer, postman, potter, primary school teacher, printer, professor, programmer, project manager,
    psychologist, puppeteer, receptionist, reporter, roofer, sailor, sales assistant, salesman, school teacher,
    scientist, sculptor, seamstress, secretary, shepherd, ship captain, shoemaker, shop assistant, singer, social
    worker, software developer, soldier, sound engineer, speech therapist, sports teacher, stage designer,
    stonemason, student, surgeon, surveyor, swimming teacher, tailor, tattoo artist, taxi driver, teacher, tour
    guide, train     driver, translator, tree surgeon, truck driver, tutor, umpire, undertaker, vet, veterinary
    nurse, violinist, waiter, waitress, watchmaker, weaver, web designer, wedding planner, welder, window cleaner,
    writer, yoga teacher, zoo keeper
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
    acting, archery, astronomy, baking, baking bread, ballet, bird watching, board games, bowling, brewing beer,
    calligraphy, camping, candle making, canoeing, card games, chess, choir singing, climbing, coin collecting,
    collecting shells, collecting stamps, comics, cooking, crochet, crosswords, cycling, dancing, darts, diving,
    dominoes, drawing, embroidery, fencing, fishing, flower arranging, folk dancing, football, gardening, golf,
    guitar, gymnastics, hiking, horse riding, ice skating, jogging, juggling, karaoke, karate, kayaking, keeping
    bees, kite flying, knitting, learning languages, magic tricks, making jam, making jewellery, making music,
    martial arts, meditation, model planes, model trains, mountain biking, origami, painting, paper folding,
    photography, pilates, ping pong, playing cards, playing the piano, poetry, pottery, puzzles, quilting, quizzes,
    reading, riding, rock climbing, roller skating, rowing, running, sailing, salsa dancing, scrapbooking,
    sculpture, sewing, singing, skateboarding, skating, sketching, skiing, snorkelling, stamp collecting,
    stargazing, sudoku, surfing, swimming, table tennis, tennis, video games, volleyball, walking, watercolours,
    weaving, wood carving, woodwork, writing, writing poems, writing stories, yoga
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

  /// Random typing.
  static let noises = wordList(
    """
    asdf, asdfgh, qwerty, blah blah, hjkl, xyz xyz, dfgdfg, lalala, jjjj, ???, ..., aaaa, fjdksl, brrr, mmmm, wxcv,
    blub, zzzz, qqq, la la la, bzzz, gfhgfh, tralala, uiop
    """)
}
