/** One command of a shell text, in words. */
export interface ShellCommand {
  readonly words: readonly string[];
  /** Where it begins, counted from 1. */
  readonly line: number;
  /** Whether the shell puts values of variables into it. */
  readonly expands: boolean;
}

const TOKEN =
  /'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|\\(\r?\n|[\s\S])|([ \t\r]+)|(\n|;|&&|\|\|?|&)|(#[^\n]*)|([^\s'"\\;&|#]+|#)|([\s\S])/g;

/** The commands of a text as a shell splits it, without the values of its variables. */
export function shellCommands(text: string): readonly ShellCommand[] {
  const reader = new Reader();
  let line = 1;
  for (const match of text.matchAll(TOKEN)) {
    reader.take(match, line);
    line += match[0].split('\n').length - 1;
  }
  reader.end();
  return reader.commands;
}

class Reader {
  readonly commands: ShellCommand[] = [];
  #words: string[] = [];
  #word: string | undefined;
  #line = 1;
  #expands = false;

  take(match: RegExpMatchArray, line: number): void {
    const [, , , escaped, blank, separator, comment] = match;
    const isContinued = escaped !== undefined && /^\r?\n$/.test(escaped);
    const isComment = comment !== undefined && this.#word === undefined;
    if (separator !== undefined) this.end();
    else if (blank !== undefined || isContinued) this.#endWord();
    else if (!isComment) this.#add(match, line);
  }

  #add([, single, double, escaped, , , comment, plain, other]: RegExpMatchArray, line: number): void {
    if (this.#words.length === 0 && this.#word === undefined) this.#line = line;
    if (/\$[\w{(]/.test(double ?? plain ?? '') || other === '`') this.#expands = true;
    const inside = double?.replace(/\\([$`"\\\n])/g, (_, one: string) => (one === '\n' ? '' : one));
    this.#word = (this.#word ?? '') + (single ?? inside ?? escaped ?? comment ?? plain ?? other ?? '');
  }

  end(): void {
    this.#endWord();
    if (this.#words.length > 0)
      this.commands.push({ words: this.#words, line: this.#line, expands: this.#expands });
    this.#words = [];
    this.#expands = false;
  }

  #endWord(): void {
    if (this.#word !== undefined) this.#words.push(this.#word);
    this.#word = undefined;
  }
}
