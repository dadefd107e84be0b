interface HereDocument {
  readonly end: string;
  readonly stripsTabs: boolean;
  /** In its text nothing is special, a backslash before a line end neither. */
  readonly isQuoted: boolean;
}

/** Expansions that end where they seem to; of any other one in a here-document shells disagree where it ends. */
const SIMPLE = /\$\([^()`'"\\{}#<]*\)|\$\{[^(){}`'"\\]*\}|`[^`'"\\$()#<]*`/g;
const UNSURE = /`|\$[({]/;

/** The here-documents of a shell text, in the order in which they were announced; their texts follow each other. */
export class HereDocuments {
  readonly #announced: HereDocument[] = [];
  readonly #doubt: (where: string) => void;
  /** What was read of a delimiter; undefined: none is being read. */
  #delimiter: string | undefined;
  /** What was read of a line of the text. */
  #line = '';

  constructor(doubt: (where: string) => void) {
    this.#doubt = doubt;
  }

  get isInDelimiter(): boolean {
    return this.#delimiter !== undefined;
  }

  beginDelimiter(): void {
    this.#delimiter = '';
  }

  /** Behind the line that announces them; whether there are any. */
  beginText(): boolean {
    this.#line = '';
    return this.#announced.length > 0;
  }

  /** Goes on behind a placeholder, whose value is part of a line. */
  skip(): void {
    this.#line += 'x';
  }

  /** Whether the character belonged to the delimiter. */
  readDelimiter(character: string): boolean {
    const text = this.#delimiter ?? '';
    if (text === '' && character === '<') {
      this.#delimiter = undefined;
      return true;
    }
    if (/[ \t]/.test(character) && (text === '' || text === '-')) return true;
    if (!/[\s;|&<>()]/.test(character)) {
      this.#delimiter = text + character;
      return true;
    }
    this.#announce(text);
    return false;
  }

  #announce(text: string): void {
    this.#delimiter = undefined;
    const stripsTabs = text.startsWith('-');
    const end = (stripsTabs ? text.slice(1) : text).replace(/^(['"])(.*)\1$/, '$2').replace(/^\\/, '');
    if (!/^[A-Za-z0-9_.!%+:=@-]+$/.test(end)) this.#doubt('behind a here-document of unusual name');
    this.#announced.push({ end, stripsTabs, isQuoted: /['"\\]/.test(text) });
  }

  /** Whether the text of the last of them ends with this character. */
  readText(character: string): boolean {
    if (character !== '\n') {
      this.#line += character;
      return false;
    }
    const [current] = this.#announced;
    if (current?.isQuoted === false && /(?:^|[^\\])(?:\\\\)*\\$/.test(this.#line)) {
      this.#line = this.#line.slice(0, -1);
      return false;
    }
    if (current?.isQuoted === false && UNSURE.test(this.#line.replace(SIMPLE, ''))) {
      this.#doubt('behind a here-document with an involved expansion');
    }
    const line = current?.stripsTabs ? this.#line.replace(/^\t+/, '') : this.#line;
    this.#line = '';
    if (line !== current?.end) return false;
    this.#announced.shift();
    return this.#announced.length === 0;
  }
}
