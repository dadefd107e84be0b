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

const LITERAL = /^([A-Za-z]{0,2})('''|"""|'|")([\s\S]*)\2$/;

/** The text of one literal; undefined for bytes. https://docs.python.org/3/reference/lexical_analysis.html#string-and-bytes-literals */
export function textOf(literal: string): string | undefined {
  const [, prefix = '', , body] = LITERAL.exec(literal) ?? [];
  if (body === undefined || /b/i.test(prefix)) return undefined;
  const lines = body.replaceAll('\r\n', '\n');
  const text = /r/i.test(prefix) ? lines : unescaped(lines);
  return /f/i.test(prefix) ? text.replaceAll('{{', '{').replaceAll('}}', '}') : text;
}

function unescaped(text: string): string {
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
