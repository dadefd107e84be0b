/** Text that stands in the file as it is, so that numbers keep their digits: `3.10`, `1e-4`. */
export class Written {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A value of the jobimg.yml that is made; undefined leaves its key out. */
export type Field = string | number | boolean | null | Written | readonly Field[] | Fields;

export interface Fields {
  readonly [name: string]: Field | undefined;
}

/** A number or a version as it was written; any other text is quoted where YAML needs it. */
export function asWritten(text: string): Field {
  return /^[-+]?\d+(?:\.\d+){0,1}(?:[eE][-+]?\d+)?$/.test(text) ? new Written(text) : text;
}

export function isFields(field: Field | undefined): field is Fields {
  return typeof field === 'object' && field !== null && !Array.isArray(field) && !(field instanceof Written);
}

/** undefined where nothing is in it, so that no empty mapping or list is written. */
export function orNothing<T extends Field>(field: T): T | undefined {
  if (Array.isArray(field)) return field.length === 0 ? undefined : field;
  if (!isFields(field)) return field;
  return Object.values(field).every((value) => value === undefined) ? undefined : field;
}

/** Our two braces in a text that means them literally. */
export function escapeBraces(text: string): string {
  return text.replaceAll('{{', "{{ '{{' }}");
}
