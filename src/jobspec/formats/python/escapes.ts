const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  v: '\v',
  a: '\x07',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '\n': '',
};

/** The text that escapes stand for; an unknown one stays as it is. https://docs.python.org/3/reference/lexical_analysis.html#escape-sequences */
export function unescaped(text: string): string {
  return text.replace(
    /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([\s\S]))/g,
    (whole: string, two?: string, four?: string, eight?: string, one = ''): string => {
      const code = Number.parseInt(two ?? four ?? eight ?? '', 16);
      if (code <= LAST) return String.fromCodePoint(code);
      return ESCAPES[one] ?? whole;
    },
  );
}

/** https://www.unicode.org/versions/latest/: no character has a higher number. */
const LAST = 0x10ffff;
