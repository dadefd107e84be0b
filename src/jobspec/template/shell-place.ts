import { HereDocuments } from './here-documents.ts';

/** Inside which quotes a place of a shell text stands, or why a value cannot be quoted there. */
export type ShellPlace =
  | { readonly quote: 'none' | 'single' | 'double' }
  | { readonly quote?: undefined; readonly where: string };

type Context =
  /** Commands: the text itself, `$( )` and `( )`. */
  'code' | 'single' | 'double' | 'ansi' | 'backtick' | 'parameter' | 'arithmetic' | 'comment' | 'heredoc';

const WHERE: Readonly<Record<Context, string>> = {
  code: 'in commands',
  single: 'in single quotes',
  double: 'in double quotes',
  ansi: "inside $'…'",
  backtick: 'inside backquotes',
  parameter: 'in a parameter expansion',
  arithmetic: 'inside ((…))',
  comment: 'in a comment',
  heredoc: 'in a here-document',
};

/**
 * A small lexer of the shell's quoting, fed character by character:
 * https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_02
 * Where it cannot be sure it says so, for a value in the wrong quotes is a second command.
 */
export class ShellLexer {
  readonly #stack: Context[] = ['code'];
  readonly #documents = new HereDocuments((where) => {
    this.#doubt = where;
  });
  /** Parentheses open inside the innermost arithmetic. */
  #parentheses = 0;
  #previous = '\n';
  #isEscaped = false;
  #word = '';
  #doubt: string | undefined;

  place(): ShellPlace {
    if (this.#doubt !== undefined) return { where: this.#doubt };
    if (this.#isEscaped) return { where: 'behind a backslash' };
    if (this.#documents.isInDelimiter) return { where: 'behind "<<"' };
    const context = this.#top();
    if (context === 'code') return { quote: 'none' };
    if (context === 'single' || context === 'double') return { quote: context };
    return { where: WHERE[context] };
  }

  /** Goes on behind a placeholder, whose value is part of a word. */
  skip() {
    this.#previous = 'x';
    this.#word += 'x';
    this.#documents.skip();
  }

  feed(text: string) {
    for (const character of text) this.#take(character);
  }

  #take(character: string) {
    if (this.#isEscaped) {
      this.#isEscaped = false;
      // A backslash before a line end takes both away, so that what stood before them is still in front.
      if (character !== '\n') this.#previous = 'x';
      return;
    }
    this.#step(character);
    // `$$` is a value of its own: a bracket or quote behind it opens nothing.
    const isPair = character === '$' && this.#previous === '$';
    if (!this.#isEscaped) this.#previous = isPair ? 'x' : character;
  }

  #step(character: string) {
    switch (this.#top()) {
      case 'code':
        return this.#code(character);
      case 'double':
        return this.#double(character);
      case 'parameter':
        return this.#parameter(character);
      case 'arithmetic':
        return this.#arithmetic(character);
      case 'heredoc':
        return this.#heredoc(character);
      default:
        return this.#flat(character);
    }
  }

  #code(character: string) {
    if (this.#documents.isInDelimiter && this.#documents.readDelimiter(character)) return;
    if (character === '\n') return this.#newline();
    if (character === '#') return this.#hash();
    if (character === '<' && this.#previous === '<') return this.#documents.beginDelimiter();
    if (character === '(') return this.#openParenthesis();
    if (character === ')') return this.#closeParenthesis();
    if (!this.#quotes(character)) this.#spell(character);
  }

  /** Behind `)` it is a comment after a subshell, and a part of the word after a substitution. */
  #hash() {
    if (this.#previous === ')') this.#doubt = 'behind ")#"';
    if (/[\s;|&(<>]/.test(this.#previous)) this.#push('comment');
  }

  /** Quotes and expansions; whether the character was one. */
  #quotes(character: string): boolean {
    if (character === '\\') this.#isEscaped = true;
    else if (character === "'") this.#push(this.#previous === '$' ? 'ansi' : 'single');
    else if (character === '"') this.#push('double');
    else if (character === '`') this.#push('backtick');
    else if (character === '{' && this.#previous === '$') this.#push('parameter');
    else return false;
    this.#word = 'x';
    return true;
  }

  /** `case` patterns close parentheses that nothing opened. */
  #spell(character: string): void {
    const isBetween = /[\s;|&<>]/.test(character);
    if (isBetween && this.#word === 'case' && this.#stack.length > 1)
      this.#doubt = 'behind "case" in parentheses';
    this.#word = isBetween ? '' : this.#word + character;
  }

  #newline(): void {
    this.#word = '';
    if (this.#documents.beginText()) this.#push('heredoc');
  }

  #openParenthesis() {
    if (this.#previous !== '(') return this.#push('code');
    this.#stack[this.#stack.length - 1] = 'arithmetic';
    this.#parentheses = 2;
  }

  #closeParenthesis(): void {
    if (this.#stack.length > 1) this.#stack.pop();
    this.#word = '';
  }

  #heredoc(character: string): void {
    if (this.#documents.readText(character)) this.#stack.pop();
  }

  #double(character: string): void {
    if (character === '"') this.#stack.pop();
    else if (character === '\\') this.#isEscaped = true;
    else if (character === '`') this.#push('backtick');
    else if (this.#previous === '$' && character === '(') this.#push('code');
    else if (this.#previous === '$' && character === '{') this.#push('parameter');
  }

  #parameter(character: string): void {
    if (character === '}') this.#stack.pop();
    else if (character === "'" && this.#isInDouble())
      this.#doubt = 'behind single quotes in a quoted expansion';
    else if (character === '(' && this.#previous === '$') this.#push('code');
    else this.#quotes(character);
  }

  #isInDouble(): boolean {
    return this.#stack.findLast((context) => context !== 'parameter') === 'double';
  }

  /** What no sum holds shows that these are parentheses in parentheses. */
  #arithmetic(character: string): void {
    if (/['"`\\;#\n]/.test(character)) this.#doubt = 'behind ((…)) that holds more than a sum';
    if (character === '(') this.#parentheses += 1;
    if (character !== ')') return;
    this.#parentheses -= 1;
    if (this.#parentheses === 0) this.#stack.pop();
  }

  /** Contexts that only their own end leaves. */
  #flat(character: string): void {
    const context = this.#top();
    if (character === '\\' && context === 'ansi') this.#doubt = "behind $'…' with a backslash";
    if (character === '\\' && context === 'backtick') {
      this.#isEscaped = true;
    } else if (character === '\n' && context === 'comment') {
      this.#stack.pop();
      this.#newline();
    } else if (character === (context === 'backtick' ? '`' : "'") && context !== 'comment') {
      this.#stack.pop();
    }
  }

  #top(): Context {
    return this.#stack.at(-1) ?? 'code';
  }

  #push(context: Context): void {
    this.#stack.push(context);
    this.#word = '';
  }
}
