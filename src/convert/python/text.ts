import { unescaped } from '../../jobspec/formats/python/escapes.ts';

const LITERAL = /^([A-Za-z]{0,2})('''|"""|'|")([\s\S]*)\2$/;

/** The text of one literal; undefined for bytes. https://docs.python.org/3/reference/lexical_analysis.html#string-and-bytes-literals */
export function textOf(literal: string): string | undefined {
  const [, prefix = '', , body] = LITERAL.exec(literal) ?? [];
  if (body === undefined || /b/i.test(prefix)) return undefined;
  const lines = body.replaceAll('\r\n', '\n');
  const text = /r/i.test(prefix) ? lines : unescaped(lines);
  return /f/i.test(prefix) ? text.replaceAll('{{', '{').replaceAll('}}', '}') : text;
}
