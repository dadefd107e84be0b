import { posix } from 'node:path';
import * as z from 'zod';
import { type Location, UserError } from '../../errors.ts';
import { Findings } from '../../findings.ts';
import { keysAt } from '../../jobspec/findings/known-keys.ts';
import { findingsOf } from '../../jobspec/findings/problems.ts';
import { mapOf, STRING, scalar, text } from '../../jobspec/rows/scalar.ts';
import { channelsOf, type MatchSpec, parseChannel, parseMatchSpec } from '../../jobspec/values/conda.ts';
import { holdsPassword, looksSecret, parseOneLine, parseVariable } from '../../jobspec/values/names.ts';
import { locationOf, type MapNode, mapNode, plain } from '../../jobspec/yaml/node.ts';
import { parseYaml } from '../../jobspec/yaml/yaml.ts';
import type { CondaEnvironment } from './environment.ts';
import { specifiersOf } from './python.ts';
import { refuseWindowsExport } from './windows-export.ts';

const variable = scalar((name) => {
  if (!looksSecret(parseVariable(name))) return name;
  throw new UserError(`"${name}" looks like a secret, and the image would keep its value`, {
    hint: `remove it, and declare it in the spec: "secrets: [${name}]"`,
  });
}, STRING);

const variableText = scalar((value) => {
  if (!holdsPassword(parseOneLine(value))) return value;
  throw new UserError('an address with a password, and the image would keep it', {
    hint: 'remove the variable, and declare its name in the spec, below "secrets"',
  });
});

/** https://docs.conda.io/projects/conda/en/latest/user-guide/tasks/manage-environments.html#creating-an-environment-file-manually */
const EnvironmentFields = z.strictObject({
  name: text.nullable().optional(),
  channels: z.array(scalar(parseChannel, STRING)).nullable().optional(),
  dependencies: z.array(
    z.union([
      scalar(parseMatchSpec, STRING),
      z.strictObject({ pip: z.array(scalar(parseOneLine, STRING)).nullable() }),
    ]),
  ),
  variables: mapOf(variable, variableText).nullable().optional(),
  platforms: z.array(text).nullable().optional(),
  prefix: text.nullable().optional(),
});

/** A line of `pip:`, as a requirements file has it. */
export interface PipLine {
  readonly text: string;
  readonly location: Location;
}

export interface EnvironmentFile extends CondaEnvironment {
  readonly pip: readonly PipLine[];
  readonly specs: readonly MatchSpec[];
}

/** Throws one UserError with every problem of the file. */
export function readEnvironmentFile(path: string, content: string): EnvironmentFile {
  const root = rootOf(path, content);
  const read = EnvironmentFields.safeParse(plain(root));
  if (!read.success) {
    throw UserError.of(findingsOf(read.error.issues, root, (at) => keysAt(EnvironmentFields, at)));
  }
  const { channels, dependencies, variables } = read.data;
  const specs = dependencies.filter((one) => 'name' in one);
  const at = (spec: MatchSpec): Location => locationOf(root, ['dependencies', dependencies.indexOf(spec)]);
  const findings = new Findings();
  refuseWindowsExport(specs, { path, at }, findings);
  findings.throwIfErrors();
  return {
    packages: {
      kind: 'open',
      channels: channelsOf(channels ?? [], specs),
      specs: [...new Set(specs.map((spec) => spec.text))].sort(),
    },
    variables: variables ?? new Map(),
    python: pythonOf(dependencies, root),
    pip: pipLines(dependencies, root),
    specs,
  };
}

function rootOf(path: string, content: string): MapNode {
  const root = parseYaml(content, path);
  if (root.kind === 'map') return root;
  if (root.kind === 'null') return mapNode([], root.location);
  throw new UserError('a conda environment is a mapping of keys and values', {
    code: 'wrong-type',
    hint: 'write "dependencies:" and a list of packages',
    location: root.location,
  });
}

type Dependencies = z.infer<typeof EnvironmentFields>['dependencies'];

function pythonOf(dependencies: Dependencies, root: MapNode): CondaEnvironment['python'] {
  const index = dependencies.findIndex((one) => 'name' in one && one.name === 'python');
  const spec = dependencies[index];
  if (spec === undefined || !('name' in spec)) return undefined;
  return {
    text: spec.text,
    specifiers: specifiersOf(spec),
    location: locationOf(root, ['dependencies', index]),
  };
}

function pipLines(dependencies: Dependencies, root: MapNode): readonly PipLine[] {
  return dependencies.flatMap((one, index) =>
    'pip' in one
      ? (one.pip ?? []).map((line, at) => ({
          text: line.trim(),
          location: locationOf(root, ['dependencies', index, 'pip', at]),
        }))
      : [],
  );
}

/** conda reads `-r other.txt` beside the file that names it. */
export function besideFile(path: string, name: string): string {
  return posix.join(posix.dirname(path), name);
}
