/**
 * What GitHub refuses in the path of a file, because other systems cannot have it. A backslash would be taken for a slash,
 * and could lead out of the folder that the artifact is unpacked into.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
const REFUSED = /[\u0000-\u001f"*:<>?\\|\u007f]/g;
// Written so already, such a character could not be told from one that was replaced.
const LOOKS_REPLACED = /%(?=25|[01][0-9A-F]|2[2A]|3[ACEF]|5C|7[CF])/g;

/** The path that a file has in the artifact: percent-encoded where it has to be, so that no two files become one. */
export function artifactPath(path: string): string {
  return path.replace(LOOKS_REPLACED, '%25').replace(REFUSED, encoded);
}

function encoded(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}
