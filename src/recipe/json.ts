import { UserError } from '../errors.ts';
import { type Toml, viewOf } from './toml.ts';

/** Somebody else's JSON, read as TOML is. */
export function parseJson(text: string, file: string): Toml {
  try {
    return viewOf(JSON.parse(text.replace(/^\uFEFF/, '')), file);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const [, line, column] = /\(line (\d+) column (\d+)\)/.exec(error.message) ?? [];
    const location = line === undefined ? { file } : { file, line: Number(line), column: Number(column) };
    throw new UserError(`${file} is not valid JSON`, { code: 'json', location, cause: error });
  }
}
