import { type Location, UserError } from '../../errors.ts';
import type { Node } from '../yaml/node.ts';
import { parseYaml } from '../yaml/yaml.ts';

/** Where a value stands that the caller gave beside the spec, by the name of the input. */
export const GIVEN = {
  job: { file: 'job', isInput: true },
  params: { file: 'params', isInput: true },
  overrides: { file: 'overrides', isInput: true },
} as const satisfies Readonly<Record<string, Location>>;

/** The text of a given value as YAML; a line and column inside of it would only mislead, so its name stands in front. */
export function parseGiven(name: string, text: string, location: Location): Node {
  try {
    return parseYaml(text, location.file);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw UserError.of(
      error.findings.map((finding) => ({ ...finding, message: `${name}: ${finding.message}`, location })),
    );
  }
}
