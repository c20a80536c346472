/**
 * Passwords everybody tries first. The public lists of leaked passwords are, at their top, a few hundred words with a
 * few endings; kept in that form it is small enough to read, and covers some twenty thousand passwords.
 */
const words = `
  password passwort passw0rd p@ssword p@ssw0rd pa$$word pa$$w0rd passwd pass mypassword secret letmein letmein! welcome
  welc0me admin administrator adm1n root toor user guest test tester testing demo changeme change login master access
  default system manager server computer internet network windows microsoft apple google facebook twitter linkedin
  youtube amazon samsung nokia sony android iphone yahoo hotmail gmail
  qwerty qwertz azerty qwertyui qwertyuiop qwert qwer asdf asdfg asdfgh asdfghj asdfghjk asdfghjkl zxcv zxcvb zxcvbn
  zxcvbnm qazwsx qazwsxedc qweasd qweasdzxc wsxedc 1qaz2wsx 1qazxsw2 zaq1zaq1 zaq12wsx 1q2w3e 1q2w3e4r 1q2w3e4r5t
  1qaz2wsx3edc q1w2e3 q1w2e3r4 q1w2e3r4t5 qwe123 asd123 zxc123 a1b2c3 a1b2c3d4 abc abcd abcde abcdef abcdefg abcdefgh
  aaa aaaa aaaaa aaaaaa aaaaaaaa abcabc abc123 123abc 1234abcd abcd1234 1a2b3c 1a2b3c4d xxx xxxx xxxxxx xxxxxxxx zzzzzz
  iloveyou loveyou lovely love lover loveme mylove truelove forever friend friends family mother father mommy daddy baby
  babygirl babyboy angel angels princess prince king queen sweety sweetie honey sugar cutie beautiful pretty sexy hello
  hi hottie kisses flower flowers rainbow butterfly sunflower sunshine summer winter spring autumn monday friday january
  february march april may june july august september october november december christmas
  dragon monkey tiger lion bear wolf eagle falcon hawk phoenix dolphin shark horse mustang panther cheetah leopard puppy
  kitty kitten doggy spider snake turtle rabbit bunny chicken penguin elephant
  football soccer baseball basketball hockey tennis golf rugby cricket boxing wrestling swimming racing runner player
  winner champion yankees lakers cowboys steelers packers raiders eagles dodgers broncos redskins patriots giants chelsea
  arsenal liverpool manchester barcelona realmadrid juventus
  superman batman spiderman ironman wolverine hulk superstar starwars startrek yoda skywalker vader jedi pokemon pikachu
  naruto sasuke goku mario luigi zelda sonic minecraft fortnite roblox gamer killer ninja samurai warrior knight wizard
  magic merlin gandalf hobbit frodo legend hunter ranger shadow ghost demon devil diablo vampire zombie
  michael jordan michelle jennifer jessica ashley amanda nicole daniel andrew joshua matthew robert thomas charlie
  george william james john david joseph anthony richard steven kevin brian justin brandon ryan tyler austin taylor
  hannah samantha elizabeth victoria alexander alexandra andrea melissa stephanie patrick martin peter paul mark maria
  anna laura sarah sophie emily emma olivia oliver jack harry lucas lucky buddy bailey maggie molly sadie max buster
  ginger pepper cookie peanut banana orange apple cherry lemon chocolate cheese coffee pizza burger whiskey vodka beer
  london paris berlin america canada mexico brazil india china japan england scotland ireland australia texas florida
  california newyork chicago boston dallas
  ford chevy honda toyota ferrari porsche mercedes corvette camaro harley yamaha suzuki kawasaki bmw audi
  blue red green black white silver gold purple pink yellow orange diamond crystal metallica slipknot nirvana
  eminem beatles rockstar music guitar piano drummer dancer singer
  freedom trustno1 whatever nothing something nobody nopass none jesus christ heaven blessed faith grace god buddha
  peace hope dream dreams happy smile success money dollar rich lucky power energy thunder lightning storm fire ice
  matrix cyber hacker hack hackme security secure private hidden unknown mystery enigma genius einstein
  ncc1701 rush2112 thx1138 bond007 007 696969 fuckyou fuckme fucker asshole bitch pussy dick cock shit bullshit
  correcthorsebatterystaple
`;

const endings =
  '|1|2|3|7|8|9|0|01|10|11|12|13|21|22|23|69|77|88|99|00|007|100|111|123|321|420|666|777|1234|12345|123456|2020|2021|2022|2023|2024|2025|2026|!|1!|12!|123!|1234!|@1|@123|#1';

const numbers = `
  0 00 000 0000 00000 000000 00000000 1 11 111 1111 11111 111111 1111111 11111111 111111111 1111111111 12 123 1234 12345
  123456 1234567 12345678 123456789 1234567890 12345678910 0123456789 0987654321 987654321 87654321 7654321 654321 54321
  4321 321 121212 131313 123123 123321 123123123 112233 11223344 1122334455 102030 101010 123654 123654789 147258
  147258369 159357 159753 147852 258456 741852963 789456 789456123 456789 456123 222222 333333 444444 555555 666666
  777777 888888 999999 22222222 55555555 66666666 77777777 88888888 99999999 232323 252525 454545 787878 696969 202020
  212121 246810 135790 13579 142536 010203 101112 110110 111222 111222333 123qwe 123qweasd 123asd 12qwaszx 1234qwer
  1qaz 12341234 12344321 1234554321 123456789a 123456a a123456 a12345678 a123456789 12345a 123456q q123456 1234567a
  12345q aa123456 aa12345678 abc12345 qwerty12 pass1234 password!
`;

const split = (text: string) => text.split(/\s+/).filter((word) => word !== '');

let common: Set<string> | undefined;

/** Whether it is one of the passwords everybody tries first, in any case. */
export function isCommonPassword(password: string): boolean {
  common ??= new Set([
    ...split(numbers),
    ...split(words).flatMap((word) => endings.split('|').map((ending) => word + ending)),
  ]);
  return common.has(password.toLowerCase());
}
