extension Lexicon {
  /// Given names from many countries, none of them in `HeldOut`.
  static let firstNames = womensNames + mensNames + unisexNames

  static let womensNames = wordList(
    """
    Abigail, Adaeze, Adele, Aditi, Adriana, Agata, Agnes, Agnieszka, Aida, Aiko, Ailsa, Aino, Aisha, Akua, Alana,
    Alba, Alessia, Alexandra, Alice, Alicia, Alina, Alison, Alma, Amal, Amanda, Amara, Amber, Amelia, Amina, Amy,
    Ana, Ananya, Andrea, Aneta, Angela, Anika, Anita, Anja, Anna, Anouk, Antonia, Aoife, Asha, Astrid, Atsuko,
    Audrey, Aurelia, Aurora, Ava, Ayumi, Azra, Barbara, Beata, Beatrice, Beatriz, Belinda, Bella, Beth, Betty,
    Bianca, Birgit, Brenda, Bridget, Brigitte, Bronagh, Camilla, Camille, Carina, Carla, Carlotta, Carmen, Carol,
    Caroline, Catalina, Catherine, Cecilia, Celia, Charlotte, Chiara, Chloe, Christina, Ciara, Claire, Clara,
    Claudia, Clotilde, Cora, Cynthia, Daisy, Dalia, Daniela, Danuta, Daphne, Darya, Deborah, Deepa, Diana, Dilara,
    Dina, Divya, Dolores, Donna, Dora, Doris, Dunja, Ebba, Ebru, Edith, Efua, Eileen, Elaine, Eleanor, Elena, Eleni,
    Elif, Elisa, Elizabeth, Ella, Ellen, Elodie, Elsa, Emilia, Emily, Emine, Emma, Erica, Erin, Esme, Esra, Esther,
    Eva, Evelyn, Ewa, Faith, Farah, Fatima, Felicity, Fernanda, Fiona, Flora, Florence, Folake, Frances, Francesca,
    Freya, Frida, Fumiko, Gabriela, Gemma, Genevieve, Georgia, Gerda, Gina, Gita, Giulia, Gloria, Grace, Graciela,
    Greta, Gudrun, Gwen, Hana, Hannah, Harriet, Hatice, Hazel, Heather, Hedda, Heidi, Helen, Helena, Helga, Hilda,
    Holly, Huda, Ida, Ilse, Imani, Indira, Ines, Ingrid, Ioana, Irene, Irina, Iris, Irma, Isabel, Isabella, Isla,
    Itzel, Ivana, Ivy, Iwona, Jada, Jade, Jana, Jane, Janet, Jasmine, Jaya, Jenna, Jenny, Jessica, Jill, Joan,
    Joanna, Johanna, Jolanta, Josefina, Jovana, Joyce, Judith, Judy, Julia, Julie, Juliet, June, Kalina, Kamila,
    Karen, Karolina, Kasia, Katarina, Kate, Katharina, Kathleen, Katja, Kavya, Keiko, Keira, Kelly, Khadija, Kira,
    Kirsten, Kristina, Lakshmi, Larissa, Laura, Lauren, Layla, Lea, Leah, Leila, Lena, Leonie, Leticia, Lidia, Lily,
    Lina, Linda, Lisa, Liv, Liz, Lorena, Lotte, Louise, Luana, Lucia, Luciana, Lucy, Ludmila, Luisa, Lydia, Lynn,
    Mabel, Madeleine, Maeve, Magda, Maggie, Maja, Makena, Malika, Manon, Manuela, Margaret, Maria, Mariam, Mariana,
    Marie, Marina, Marion, Marisol, Marlene, Marta, Martha, Mary, Maryam, Masha, Matilda, Maureen, Maya, Meera,
    Megan, Mei, Melanie, Melissa, Mercedes, Merve, Mette, Mia, Michelle, Mila, Mina, Mirela, Miriam, Molly, Monica,
    Nadia, Nadine, Nancy, Naoko, Naomi, Nasrin, Natalia, Natalie, Natasha, Neha, Ngozi, Nia, Niamh, Nicola, Nicole,
    Nina, Nisha, Nora, Nuria, Odile, Oksana, Olena, Olga, Olivia, Orla, Padma, Paloma, Pamela, Paola, Parisa,
    Patricia, Paula, Pauline, Penny, Perla, Petra, Phoebe, Pia, Pilar, Pooja, Priya, Rachel, Raisa, Ramona, Rania,
    Rebecca, Regina, Reiko, Renata, Rita, Roberta, Rocio, Ronja, Rosa, Rosalia, Rose, Rosie, Ruby, Ruth, Sabine,
    Sadia, Safiya, Sakura, Sally, Salma, Samira, Sana, Sandra, Sanjana, Saoirse, Sara, Sarah, Selma, Serena, Shanti,
    Sharon, Sheila, Sibel, Silvia, Simone, Sinead, Siobhan, Sofia, Solveig, Sonia, Sophie, Stefania, Stella,
    Stephanie, Sue, Sumi, Sunita, Susan, Svetlana, Sylvia, Tamar, Tamara, Tanya, Tara, Tatiana, Teresa, Tess,
    Thandi, Thea, Theresa, Tina, Tomoko, Tracy, Trine, Uma, Ursula, Valentina, Valerie, Vanessa, Veena, Vera,
    Verena, Veronica, Victoria, Viola, Violet, Violeta, Virginia, Wambui, Wanda, Wanjiru, Wendy, Xiomara, Yael,
    Yara, Yasemin, Yasmin, Yetunde, Yoko, Yulia, Yumi, Yvonne, Zahra, Zainab, Zanele, Zara, Zeynep, Zoe, Zofia, Zuri
    """)

  static let mensNames = wordList(
    """
    Aaron, Abdul, Abebe, Adam, Ade, Adebayo, Adrian, Ahmad, Ahmed, Aiden, Ajay, Alan, Albert, Alejandro, Aleksander,
    Alexei, Alfie, Alfred, Ali, Alok, Alvaro, Amir, Amit, Anders, Andre, Andrei, Andrew, Angelo, Angus, Anil, Ansel,
    Anthony, Anton, Anwar, Archie, Arif, Arjun, Arne, Arthur, Ashok, Austin, Ayaan, Barnaby, Bartek, Basil, Ben,
    Benito, Benjamin, Bernard, Bernd, Bilal, Bill, Bjarne, Bjorn, Bob, Bogdan, Boris, Brandon, Branko, Brian, Bruce,
    Bruno, Caleb, Calvin, Carl, Carlos, Casper, Cedric, Cem, Chidi, Christian, Clemens, Clive, Colin, Connor,
    Conrad, Cosmin, Craig, Damir, Daniel, Dario, Darius, David, Davide, Declan, Denis, Derek, Diego, Dimitri,
    Dmitri, Dominic, Donald, Douglas, Dragan, Duncan, Dylan, Ed, Eddie, Edgar, Eduardo, Edward, Eitan, Eli, Elias,
    Elio, Elliot, Emeka, Emil, Emilio, Emre, Enrique, Enzo, Eric, Erik, Ernest, Ernesto, Ethan, Etienne, Evan, Ezra,
    Fabian, Faisal, Farid, Felix, Feng, Fernando, Filip, Finn, Florian, Francis, Frank, Fred, Gabriel, Gareth, Gary,
    Gaurav, Gavin, George, Gerald, Gianni, Glenn, Goran, Gordon, Graham, Greg, Gregor, Guillermo, Gunnar, Gustav,
    Guy, Habib, Hakim, Hamid, Hamza, Hans, Harold, Harry, Haruki, Haruto, Hassan, Hector, Henrik, Henry, Herbert,
    Hideo, Hiroshi, Hoang, Howard, Hugh, Hugo, Ian, Ibrahim, Idris, Ignacio, Igor, Ilya, Imran, Isaac, Ishaan,
    Ismail, Ivan, Jabari, Jacek, Jack, Jacob, Jake, Jakub, Jamal, James, Jarek, Jason, Javier, Jeff, Jens, Jeremy,
    Jiho, Jim, Jiri, Joaquin, Joe, Joel, Johan, John, Jonas, Jonathan, Jorge, Josef, Joseph, Joshua, Juan, Julian,
    Julius, Jurgen, Justin, Kaito, Kamal, Kareem, Karim, Karl, Keith, Kemal, Ken, Kenji, Kenneth, Kevin, Khalid,
    Klaus, Kofi, Konrad, Krishna, Kurt, Kwame, Kyle, Lars, Laurence, Lennart, Leo, Leon, Leonard, Lewis, Liam,
    Lorenzo, Louis, Luca, Lucas, Luis, Lukas, Luke, Lwazi, Magnus, Mahmoud, Malcolm, Malik, Manuel, Marc, Marcel,
    Marco, Marcus, Marek, Mario, Marius, Mark, Martin, Mason, Mateo, Matt, Matteo, Matthew, Matthias, Mauro, Max,
    Mehmet, Michael, Miguel, Mikael, Mike, Mikhail, Miles, Milos, Minh, Mohammed, Mohan, Moritz, Moussa, Musa,
    Nabil, Naoki, Nathan, Neil, Nick, Nico, Nigel, Nikhil, Niklas, Nils, Noah, Norman, Obi, Olaf, Oleg, Oliver,
    Omar, Onur, Oscar, Osman, Otto, Owen, Pablo, Paolo, Pascal, Patrick, Paul, Pavel, Pedro, Peter, Philip, Pierre,
    Radek, Rafael, Rahul, Raj, Rajesh, Ralph, Ramon, Raphael, Rashid, Raul, Ravi, Ray, Rhys, Ricardo, Richard, Riku,
    Rob, Robert, Roberto, Rodrigo, Roger, Rohan, Roland, Rolando, Rolf, Ron, Roy, Ruben, Rudolf, Rupert, Ruslan,
    Russell, Ryan, Sam, Samir, Samuel, Sandeep, Sanjay, Santiago, Scott, Seamus, Sean, Sebastian, Selim, Sergei,
    Sergio, Shane, Simon, Sipho, Soren, Stanley, Stefan, Stephen, Steve, Stuart, Sunil, Suresh, Sven, Tadeusz,
    Takeshi, Tarek, Tariq, Ted, Tendai, Thabo, Theo, Thiago, Thomas, Tiago, Tim, Timo, Timothy, Tobias, Toby, Todd,
    Tom, Tomas, Tony, Torsten, Trevor, Tuan, Tuomas, Ugo, Ulrich, Umar, Vasco, Victor, Vijay, Vikram, Viktor,
    Vincent, Vinh, Vlad, Walter, Wayne, Wilhelm, William, Winston, Wojtek, Xavier, Yannick, Yosef, Youssef, Yuri,
    Yusuf, Zack, Zdenek, Zoltan
    """)

  /// Names of both women and men, or of unknown gender.
  static let unisexNames = wordList(
    """
    Abena, Akira, Alex, April, Arlo, Awa, Bao, Blake, Bo, Cameron, Chandra, Charles, Chen, Chika, Chinwe, Chris,
    Claude, Dan, Dawn, Deniz, Desta, Dong, Ela, Esi, Eun, Greer, Hadley, Halima, Hanan, Hye, Jamie, Jan, Jean, Jin,
    Jordan, Joy, Jun, Kai, Kim, Kiran, Lan, Leslie, Lin, Ling, Linh, Luna, Mai, Milan, Mirja, Morgan, Noor, Robin,
    Rowan, Sasha, Seo, Shira, Sibylle, Sina, Terry, Thomasina, Toni, Vivian, Wei, Xin, Yan, Yuki, Zhen
    """)

  static let surnames = wordList(
    """
    Abbott, Acosta, Adams, Adeyemi, Aguilar, Ahmed, Ali, Allen, Almeida, Alvarez, Andersen, Andersson, Andrade,
    Archer, Armstrong, Arnold, Atkins, Ayala, Bailey, Baker, Bakker, Baldwin, Banerjee, Barker, Barnes, Barrett,
    Barton, Bauer, Baumann, Becerra, Becker, Bell, Benitez, Bennett, Berg, Berger, Bernard, Bianchi, Bishop, Black,
    Blake, Bond, Bondarenko, Bowen, Bradley, Brandt, Braun, Brennan, Briggs, Brooks, Brown, Bruno, Burke, Burns,
    Burton, Butler, Byrne, Campbell, Cardoso, Carlson, Carr, Carter, Castillo, Castro, Chan, Chapman, Chaudhry,
    Chen, Cho, Choi, Chowdhury, Christensen, Clark, Cohen, Cole, Coleman, Collins, Connolly, Conti, Cook, Cooper,
    Costa, Cox, Craig, Cruz, Curtis, Dalton, Daniels, Das, Davis, Dawson, Delgado, Demir, Diallo, Dias, Diaz,
    Dietrich, Dimitrov, Dixon, Doyle, Dubois, Duffy, Duncan, Dunn, Duran, Durand, Dvorak, Edwards, Ellis, Engel,
    Eriksen, Esposito, Evans, Farrell, Fernandez, Ferrari, Ferreira, Fischer, Fisher, Fleming, Fletcher, Flores,
    Fontaine, Ford, Foster, Fox, Francis, Franklin, Fraser, Freeman, Fuchs, Fujita, Fuller, Gallagher, Gallo,
    Garcia, Garner, Gerber, Ghosh, Gibson, Gomes, Gomez, Gonzalez, Goodwin, Graham, Grant, Gray, Greco, Green,
    Griffin, Gruber, Gupta, Gutierrez, Haas, Hall, Hamilton, Hammond, Hansen, Hardy, Harris, Harrison, Hart,
    Hartmann, Hassan, Hawkins, Hayes, Henderson, Hernandez, Herrera, Hill, Hoffmann, Holland, Holm, Horvat, Howard,
    Huber, Hudson, Hughes, Hunt, Hussain, Ibrahim, Ito, Ivanov, Jackson, Jacobs, Jansen, Jenkins, Jensen, Johansson,
    Johnson, Jones, Jordan, Joshi, Kang, Kato, Kaur, Kaya, Keller, Kelly, Kemp, Kennedy, Khan, Kim, King, Klein,
    Knight, Kobayashi, Koch, Kovacs, Kowalski, Kraus, Kristensen, Kumar, Lambert, Lane, Lang, Larsen, Laurent,
    Lawson, Leblanc, Lee, Lehmann, Leroy, Levy, Lewis, Lin, Lindberg, Liu, Lloyd, Lopez, Lowe, Lund, Maier, Malik,
    Mancini, Marino, Marsh, Marshall, Martin, Martinez, Mason, Mbeki, McCarthy, McDonald, Medina, Mehta, Meier,
    Mendes, Mendoza, Meyer, Miller, Mills, Molina, Moore, Moreau, Moreno, Moretti, Morgan, Morris, Muller, Munoz,
    Murphy, Murray, Nair, Nakamura, Ncube, Newman, Nguyen, Nielsen, Noor, Novak, Nowak, Ochoa, Odell,
    Okafor, Okoro, Oliveira, Olsen, Onyango, Ortega, Ortiz, Osman, Owens, Palmer, Papadopoulos, Park, Parker,
    Parsons, Patel, Pearce, Pereira, Perez, Perry, Petersen, Petrov, Pham, Phillips, Popov, Porter, Powell, Price,
    Quinn, Ramirez, Ramos, Rao, Reed, Reilly, Reyes, Ricci, Richards, Rivera, Roberts, Rodrigues, Rodriguez, Rogers,
    Romano, Romero, Rose, Ross, Rossi, Ruiz, Russell, Ryan, Saito, Salazar, Sanchez, Santos, Sato, Schmidt,
    Schneider, Schubert, Scott, Serrano, Sharma, Shaw, Silva, Simmons, Singh, Smith, Soto, Sousa, Steiner, Stewart,
    Stone, Sullivan, Sutton, Suzuki, Svensson, Swan, Szabo, Takahashi, Tan, Tanaka, Taylor, Thompson, Torres, Tran,
    Tucker, Turner, Ueda, Unger, Valdez, Vargas, Vasquez, Vega, Vogel, Wagner, Walker, Wallace, Walsh, Wang, Ward,
    Watanabe, Watson, Webb, Weber, Wells, West, White, Williams, Wilson, Winter, Wolf, Wong, Wood, Wright, Wu,
    Yamamoto, Yang, Yilmaz, Young, Zhang, Zhou, Ziegler, Zimmermann
    """)
}
