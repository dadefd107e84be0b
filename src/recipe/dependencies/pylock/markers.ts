import { UserError } from '../../../errors.ts';
import { VENV } from '../../pip.ts';

const CHOICE = /(["'])([A-Za-z0-9._-]+)\1 +(not +)?in +(extras|dependency_groups)\b/g;
const ALWAYS = 'python_version >= "3"';
const NEVER = 'python_version < "3"';

/**
 * The condition without what pip does not know: no extra is chosen, and the default groups are. `false`: never installed.
 * https://packaging.python.org/en/latest/specifications/dependency-specifiers/#environment-markers
 */
export function chosenMarker(
  marker: string | undefined,
  groups: readonly string[],
): string | undefined | false {
  const text = marker?.replace(
    CHOICE,
    (_clause, _quote, name: string, not: string | undefined, of: string) => {
      const isChosen = of === 'dependency_groups' && groups.includes(name);
      return isChosen === (not === undefined) ? ALWAYS : NEVER;
    },
  );
  if (text === ALWAYS) return undefined;
  return text === NEVER ? false : text;
}

const END = '--environments--';

/** pip takes no notice of what environments a lock is for: its own copy of `packaging` is asked. */
export function requireEnvironment(markers: readonly string[], path: string): readonly string[] {
  if (markers.length === 0) return [];
  if (!markers.every((marker) => /^[A-Za-z0-9_."'<>=!~(), +*-]{1,2000}$/.test(marker))) {
    throw new UserError(`the environments of "${path}" are not written as markers`, { code: 'lock-format' });
  }
  return [
    `PYTHONDONTWRITEBYTECODE=1 ${VENV}/bin/python - <<'${END}'`,
    'from pip._vendor.packaging.markers import Marker',
    `environments = ${JSON.stringify(markers)}`,
    'if not any(Marker(environment).evaluate() for environment in environments):',
    '    raise SystemExit("jobimg: the lock is for other environments: " + ", ".join(environments))',
    END,
  ];
}
