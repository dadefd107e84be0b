/** What Python, R and spreadsheets write where there is no value. */
const ABSENT = /^(?:none|null|na|n\/a|<na>|-)?$/i;
const NOT_A_NUMBER = /^[+-]?nan$/i;
const INFINITE = /^[+-]?inf(?:inity)?$/i;
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const WITH_COMMA = /^[+-]?\d+,\d+(?:e[+-]?\d+)?$/i;

/** A number as programs write it, NaN and the infinite ones too; `absent` where there is none, undefined for another text. */
export function readNumber(written: string, decimalComma = false): number | 'absent' | undefined {
  const text = written.trim();
  if (DECIMAL.test(text)) return Number(text);
  if (ABSENT.test(text)) return 'absent';
  if (NOT_A_NUMBER.test(text)) return Number.NaN;
  if (INFINITE.test(text)) return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return decimalComma && WITH_COMMA.test(text) ? Number(text.replace(',', '.')) : undefined;
}
