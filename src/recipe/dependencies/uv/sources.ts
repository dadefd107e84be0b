import { normalizedName } from '../../packages/project-name.ts';
import { type Toml, viewOf } from '../../toml.ts';
import { onlyReadBy } from '../kind/only-tool.ts';
import { gitRelease } from '../kind/pins.ts';

/** Where packages come from, and which of them: without these, others would be installed. */
const SETTINGS = [
  ...['index-url', 'extra-index-url', 'find-links', 'no-index'],
  ...['constraint-dependencies', 'override-dependencies', 'exclude-dependencies'],
];

/**
 * Requirements with the git repositories and addresses that `[tool.uv.sources]` names for them:
 * https://docs.astral.sh/uv/concepts/projects/dependencies/#dependency-sources. The rest is for uv alone.
 */
export function withSources(
  toml: Toml,
  requirements: readonly string[],
  lockCommand: string,
): readonly string[] {
  const indexes = toml.tables('tool', 'uv', 'index').filter((index) => index.value('explicit') !== true);
  const setting = SETTINGS.find((name) => toml.has('tool', 'uv', name));
  if (setting !== undefined)
    throw onlyReadBy('uv', `"${setting}" of "tool.uv" decides which packages are taken`, lockCommand);
  if (indexes.length > 0)
    throw onlyReadBy('uv', 'packages come from an index of "tool.uv.index"', lockCommand);
  const sources = new Map(
    toml
      .keys('tool', 'uv', 'sources')
      .map((name) => [normalizedName(name), toml.value('tool', 'uv', 'sources', name)]),
  );
  return requirements.map((requirement) => {
    const [, name = '', extras = '', rest = ''] =
      /^\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(\[[^\]]*\])?(.*)$/.exec(requirement) ?? [];
    const source = sources.get(normalizedName(name));
    if (source === undefined) return requirement;
    const marker = /;.*$/.exec(rest)?.[0] ?? '';
    return `${name}${extras}${releaseOf(name, source, lockCommand)}${marker === '' ? '' : ` ${marker}`}`;
  });
}

function releaseOf(name: string, source: unknown, lockCommand: string): string {
  const table = Array.isArray(source) ? undefined : viewOf(source, 'tool.uv.sources');
  const [git, url] = [table?.text('git'), table?.text('url')];
  if (table === undefined || table.has('marker') || (git === undefined && url === undefined)) {
    throw onlyReadBy('uv', `"${name}" comes from a source in "tool.uv.sources"`, lockCommand);
  }
  const subdirectory = table.text('subdirectory');
  if (git === undefined)
    return ` @ ${url}${subdirectory === undefined ? '' : `#subdirectory=${subdirectory}`}`;
  return gitRelease(git, table.text('rev') ?? table.text('tag') ?? table.text('branch'), subdirectory);
}
