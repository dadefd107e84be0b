import type { Finding } from '../../errors.ts';
import { withoutUndefined } from '../../json.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export function findingJson({ level, code, message, hint, location }: Finding): Json {
  return known({
    level,
    code,
    message,
    [location?.isInput ? 'input' : 'file']: location?.file,
    line: location?.line,
    column: location?.column,
    hint,
  });
}

/** The fields that are known. */
export function known(fields: Readonly<Record<string, Json | undefined>>): Json {
  return withoutUndefined(fields) as Json;
}
