import { stripInvisible } from './strip.ts';

export const MASK = '***';

/** Shorter pieces would blank ordinary text: of a secret's lines, and of its base64 forms. */
const MIN_LINE = 4;
const MIN_BASE64 = 8;

/** Every form in which a secret may turn up in somebody's output: itself, its lines, base64, URL and JSON. */
export function formsOfSecret(value: string): readonly string[] {
  const lines = value.split(/\r\n|[\r\n]/).filter((line) => line.trim().length >= MIN_LINE);
  const forms = [value, value.trim(), ...lines, ...lines.map((line) => line.trim())];
  for (const text of [value, value.trim()]) {
    forms.push(...base64Forms(text), ...urlForms(text), ...jsonForms(text));
  }
  return [...new Set(forms)].filter((form) => form !== '');
}

/** The characters that stay the same whatever stands before and after the secret, for each of the three offsets. */
function base64Forms(text: string): readonly string[] {
  const bytes = new TextEncoder().encode(text);
  const forms = [0, 1, 2].flatMap((offset) => base64At(bytes, offset));
  const plain = forms.filter((form) => form.length >= MIN_BASE64);
  return [...plain, ...plain.map((form) => form.replaceAll('+', '-').replaceAll('/', '_'))];
}

function base64At(bytes: Uint8Array, offset: number): readonly string[] {
  const padded = new Uint8Array(offset + bytes.length);
  padded.set(bytes, offset);
  const whole = toBase64(padded);
  const end = Math.floor((padded.length * 8) / 6);
  const core = whole.slice(Math.ceil((offset * 8) / 6), end);
  return offset === 0 ? [whole, core] : [core];
}

function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

function urlForms(text: string): readonly string[] {
  // Lone surrogates have no URL form; a secret from the environment has none of them anyway.
  const url = encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'));
  const strict = url.replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
  return [
    url,
    strict,
    strict.replaceAll('%20', '+'),
    strict.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
  ];
}

function jsonForms(text: string): readonly string[] {
  const json = JSON.stringify(text).slice(1, -1);
  const ascii = json.replace(
    /[\u007f-\uffff]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return [json, ascii, json.replaceAll('/', '\\/')];
}

/** Blanks every place where one of the values stands; places that overlap become one. */
export interface Masker {
  /** Whether any value stands in the text. */
  hits(text: string): boolean;
  apply(line: string): string;
}

/** Values are compared after stripping, as the lines are: an escape sequence inside a secret hides nothing. */
export function createMasker(values: readonly string[]): Masker {
  const known = [...new Set(values.map(stripInvisible))].filter((value) => value !== '');
  if (known.length === 0) return { hits: () => false, apply: (line) => line };
  const any = new RegExp(known.map((value) => value.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|'));
  return {
    hits: (text) => any.test(text),
    apply: (line) => (any.test(line) ? blank(line, placesOf(line, known)) : line),
  };
}

interface Place {
  readonly start: number;
  readonly end: number;
}

function placesOf(line: string, values: readonly string[]): readonly Place[] {
  const places: Place[] = [];
  for (const value of values) {
    for (let start = line.indexOf(value); start >= 0; start = line.indexOf(value, start + 1)) {
      places.push({ start, end: start + value.length });
    }
  }
  return places.sort((a, b) => a.start - b.start || b.end - a.end);
}

function blank(line: string, places: readonly Place[]): string {
  let text = '';
  let shown = 0;
  for (const { start, end } of places) {
    if (start >= shown) text += line.slice(shown, start) + MASK;
    shown = Math.max(shown, end);
  }
  return text + line.slice(shown);
}
