extension Lexicon {
  /// Given names from many countries, none of them in `HeldOut`.
  static let firstNames = wordList(
    """
    Aaron, Abigail, Adam, Adele, Adrian, Agnes, Ahmed, Aiden, Aisha, Alan, Albert, Alejandro, Alex, Alexandra, Alfred,
    Ali, Alice, Alicia, Alina, Alison, Amanda, Amber, Amelia, Amina, Amir, Amy, Ana, Andrea, Andrei, Andrew, Angela,
    Angus, Anita, Anja, Anna, Anthony, Anton, Antonia, April, Archie, Arjun, Arthur, Astrid, Audrey, Austin, Ava, Barbara,
    Basil, Beatrice, Bella, Ben, Benjamin, Bernard, Beth, Betty, Bianca, Bill, Bjorn, Blake, Bob, Boris, Brandon, Brenda,
    Brian, Bridget, Bruce, Bruno, Caleb, Calvin, Cameron, Camilla, Carina, Carl, Carla, Carlos, Carmen, Carol, Caroline,
    Catherine, Cecilia, Cedric, Celia, Charles, Charlotte, Chen, Chiara, Chloe, Chris, Christian, Christina, Claire,
    Clara, Claude, Clive, Colin, Conrad, Cora, Craig, Cynthia, Daisy, Dan, Daniel, Daniela, Daphne, Darius, David, Dawn,
    Deborah, Deepa, Denis, Derek, Diana, Diego, Dimitri, Dina, Dominic, Donald, Donna, Dora, Doris, Douglas, Dylan, Ed,
    Eddie, Edgar, Edith, Edward, Eileen, Elaine, Eleanor, Elena, Eli, Elias, Elisa, Elizabeth, Ella, Ellen, Elliot, Elsa,
    Emil, Emily, Emma, Eric, Erica, Erik, Ernest, Esther, Ethan, Eva, Evan, Evelyn, Fabian, Faith, Fatima, Felicity,
    Felix, Fernando, Fiona, Flora, Florence, Frances, Francesca, Francis, Frank, Fred, Freya, Gabriel, Gareth, Gary,
    Gavin, Gemma, George, Georgia, Gerald, Gina, Giulia, Glenn, Gloria, Gordon, Grace, Graham, Greg, Greta, Gustav, Guy,
    Hana, Hannah, Hans, Harold, Harriet, Harry, Hassan, Hazel, Heather, Hector, Heidi, Helen, Helena, Henrik, Henry,
    Herbert, Hilda, Holly, Howard, Hugh, Hugo, Ian, Ibrahim, Ida, Igor, Ines, Ingrid, Irene, Iris, Irma, Isaac, Isabel,
    Isla, Ivan, Ivy, Jack, Jacob, Jade, Jake, James, Jamie, Jan, Jane, Janet, Jasmine, Jason, Javier, Jean, Jeff, Jenna,
    Jenny, Jeremy, Jessica, Jill, Jim, Jin, Joan, Joanna, Joe, Joel, Johan, John, Jonas, Jonathan, Jordan, Jorge, Josef,
    Joseph, Joshua, Joy, Joyce, Juan, Judith, Judy, Julia, Julian, Julie, Juliet, Jun, June, Justin, Kai, Karen, Karim,
    Karl, Kate, Katharina, Kathleen, Keiko, Keith, Kelly, Ken, Kenneth, Kenji, Kevin, Kim, Kira, Klaus, Kurt, Kyle,
    Lars, Laura, Lauren, Laurence, Lea, Leah, Lena, Leo, Leon, Leonard, Leonie, Leslie, Lewis, Liam, Lily, Lina, Linda,
    Lisa, Liz, Lorenzo, Lotte, Louis, Louise, Lucas, Lucia, Lucy, Luis, Luke, Lydia, Lynn, Mabel, Madeleine, Maggie,
    Magnus, Mai, Malcolm, Malik, Manuel, Marc, Marcel, Marco, Marcus, Margaret, Maria, Marie, Marina, Mario, Marion,
    Mark, Marta, Martha, Martin, Mary, Mason, Mateo, Matilda, Matt, Matthew, Maureen, Max, Maya, Megan, Mei, Melanie,
    Melissa, Mia, Michael, Michelle, Miguel, Mikael, Mike, Mila, Miles, Mina, Miriam, Mohammed, Molly, Monica, Morgan,
    Nadia, Nancy, Naomi, Natalie, Natasha, Nathan, Neil, Nick, Nicola, Nicole, Nigel, Nina, Noah, Nora, Norman, Olga,
    Oliver, Olivia, Omar, Oscar, Otto, Owen, Pablo, Pamela, Patricia, Patrick, Paul, Paula, Pauline, Pedro, Penny, Peter,
    Petra, Philip, Phoebe, Pierre, Priya, Rachel, Ralph, Ramona, Raphael, Raul, Ravi, Ray, Rebecca, Regina, Rhys,
    Richard, Rita, Rob, Robert, Roberta, Robin, Rodrigo, Roger, Roland, Rolf, Ron, Rosa, Rose, Rosie, Roy, Ruby, Rudolf,
    Rupert, Russell, Ruth, Ryan, Sabine, Sally, Sam, Samira, Samuel, Sandra, Sanjay, Sara, Sarah, Scott, Sean, Sebastian,
    Selma, Serena, Sergio, Shane, Sharon, Sheila, Sibylle, Silvia, Simon, Simone, Sofia, Sonia, Sophie, Stanley, Stella,
    Stephanie, Stephen, Steve, Stuart, Sue, Susan, Sven, Sylvia, Takeshi, Tamara, Tanya, Tara, Ted, Teresa, Terry, Tess,
    Theo, Theresa, Thomas, Tim, Timothy, Tina, Tobias, Toby, Todd, Tom, Tomas, Toni, Tony, Tracy, Trevor, Ulrich, Ursula,
    Valerie, Vanessa, Vera, Verena, Veronica, Victor, Victoria, Vijay, Vincent, Viola, Violet, Virginia, Vivian, Walter,
    Wanda, Wayne, Wendy, Wilhelm, William, Winston, Xavier, Yara, Yasmin, Yuki, Yusuf, Yvonne, Zack, Zara, Zoe
    """)

  static let surnames = wordList(
    """
    Adams, Allen, Baker, Barnes, Becker, Bell, Bennett, Berg, Bishop, Brooks, Brown, Butler, Carter, Chan, Clark, Cole,
    Collins, Cook, Cooper, Costa, Cox, Davis, Diaz, Dixon, Evans, Fischer, Fisher, Ford, Foster, Fox, Garcia, Gibson,
    Gray, Green, Gupta, Hall, Hansen, Harris, Hayes, Hill, Holm, Hughes, Hunt, Jackson, Jensen, Jones, Kaur, Keller, Kelly,
    Khan, King, Klein, Knight, Kumar, Lane, Larsen, Lee, Lewis, Lopez, Lund, Marsh, Mason, Meyer, Miller, Mills, Moore,
    Morris, Murphy, Nguyen, Nowak, Olsen, Palmer, Park, Parker, Patel, Perez, Perry, Phillips, Porter, Price, Reed, Rivera,
    Roberts, Rossi, Russell, Sato, Schmidt, Shaw, Silva, Singh, Smith, Stone, Sutton, Suzuki, Tanaka, Taylor, Torres, Turner,
    Walker, Ward, Weber, West, White, Wilson, Wolf, Wong, Wood, Wright, Young
    """)
}
