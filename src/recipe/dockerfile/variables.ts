const VARIABLE = /\$(?:([A-Za-z_][A-Za-z0-9_]*)|\{([A-Za-z_][A-Za-z0-9_]*)(?:(:?[-+])([^{}$]*))?\})/g;

/** `$X`, `${X}`, `${X:-default}`, `${X-default}`, `${X:+other}`, `${X+other}`; undefined when one has no value. */
export function expandText(text: string, values: ReadonlyMap<string, string>): string | undefined {
  let known = true;
  const expanded = text.replace(VARIABLE, (...match) => {
    const [, bare, braced, operator, operand] = match as readonly (string | undefined)[];
    const value = substitute(values.get(bare ?? braced ?? ''), operator, operand ?? '');
    if (value === undefined) known = false;
    return value ?? '';
  });
  return known && !/[$\\]/.test(expanded) ? expanded : undefined;
}

function substitute(
  value: string | undefined,
  operator: string | undefined,
  operand: string,
): string | undefined {
  const isSet = operator?.startsWith(':') ? value !== undefined && value !== '' : value !== undefined;
  if (operator?.endsWith('-')) return isSet ? value : operand;
  if (operator?.endsWith('+')) return isSet ? operand : '';
  return value;
}

export function unquote(text: string): string {
  return text.replace(/^(["'])(.*)\1$/, '$2');
}
