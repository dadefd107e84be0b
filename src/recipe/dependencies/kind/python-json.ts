type Separators = readonly [item: string, key: string];

/**
 * As Python's `json.dumps(value, sort_keys=True)` prints what was read of TOML, for hashes that tools of Python make:
 * https://docs.python.org/3/library/json.html. undefined for what it would print in another way than it is held here.
 */
export function pythonJson(value: unknown, separators: Separators = [', ', ': ']): string | undefined {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : undefined;
  if (Array.isArray(value)) {
    return joined(
      value.map((item) => pythonJson(item, separators)),
      separators[0],
      '[]',
    );
  }
  return isTable(value) ? tableText(value, separators) : undefined;
}

/** Dates are objects too. */
function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

function tableText(table: Readonly<Record<string, unknown>>, separators: Separators): string | undefined {
  const members = Object.entries(table)
    .sort(([left], [right]) => byCodePoint(left, right))
    .map(([key, value]) => {
      const text = pythonJson(value, separators);
      return text === undefined ? undefined : `${quoted(key)}${separators[1]}${text}`;
    });
  return joined(members, separators[0], '{}');
}

function joined(
  parts: readonly (string | undefined)[],
  comma: string,
  ends: '[]' | '{}',
): string | undefined {
  return parts.includes(undefined) ? undefined : `${ends[0]}${parts.join(comma)}${ends[1]}`;
}

/** In ASCII alone. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Python orders texts by code points, JavaScript by UTF-16 units. */
function byCodePoint(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}
