/** What programs leave as it is in a part of a URL, beside letters and digits. */
const LEFT_ALONE = [
  // encodeURIComponent, encodeURI: https://tc39.es/ecma262/#sec-encodeuri-uri
  "-_.!~*'()",
  "-_.!~*'();/?:@&=+$,#",
  // Python's `urllib.parse.quote`, with and without "/"; Go's url.QueryEscape; curl's.
  '-_.~/',
  '-_.~',
  // Go's url.UserPassword and url.PathEscape.
  '-_.~$&+,;=',
  '-_.~$&+:=@',
  // Java's URLEncoder and HTML forms: https://url.spec.whatwg.org/#application-x-www-form-urlencoded-percent-encode-set
  '-_.*',
  // The user information of a URL: https://url.spec.whatwg.org/#userinfo-percent-encode-set
  "-_.~!$%&'()*+,",
] as const;

/** A text in a URL, with as much of it encoded as there are opinions; each with capital and small digits. */
export function urlForms(text: string): readonly string[] {
  const forms = [
    ...LEFT_ALONE.map((left) =>
      encoded(text, (character) => /^[A-Za-z0-9]$/.test(character) || left.includes(character)),
    ),
    // By hand, for the address of a proxy or a repository.
    encoded(text, (character) => !':@/'.includes(character)),
    encoded(text, (character) => !':@/%'.includes(character)),
  ];
  const spaced = forms.flatMap((form) => [form, form.replaceAll('%20', '+')]);
  return [
    ...new Set(spaced.flatMap((form) => [form, form.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())])),
  ];
}

function encoded(text: string, isLeft: (character: string) => boolean): string {
  return Array.from(text, (character) => (isLeft(character) ? character : percent(character))).join('');
}

function percent(character: string): string {
  return Array.from(
    Buffer.from(character),
    (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
  ).join('');
}
