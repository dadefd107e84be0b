/** As `base64`, PEM and MIME wrap it: https://www.rfc-editor.org/rfc/rfc2045#section-6.8 */
const WRAPPED_AT = 76;

/**
 * A text in base64, by itself and inside of a longer one, with both alphabets (https://www.rfc-editor.org/rfc/rfc4648),
 * and all that in base64 once more.
 */
export function base64Forms(text: string): readonly string[] {
  const once = placedForms(text);
  const wrapped = (once[0] ?? '').replace(new RegExp(`.{${WRAPPED_AT}}(?=.)`, 'g'), '$&\n');
  return [...once, ...[...once, wrapped].flatMap(placedForms)].flatMap((form) => [form, urlSafe(form)]);
}

/** What stays the same whatever stands before and after the text: it begins at one of three places in a group. */
function placedForms(text: string): readonly string[] {
  const bytes = Buffer.from(text);
  return [bytes.toString('base64'), ...[0, 1, 2].map((offset) => sameAt(bytes, offset))];
}

function sameAt(bytes: Uint8Array, offset: number): string {
  const length = offset + bytes.length;
  const whole = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
  return whole.slice(Math.ceil((offset * 8) / 6), Math.floor((length * 8) / 6));
}

function urlSafe(form: string): string {
  return form.replaceAll('+', '-').replaceAll('/', '_');
}
