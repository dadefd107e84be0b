/** An option of a program with a number as its default. */
export interface ProgramOption {
  readonly name: string;
  /** As it is written there. */
  readonly value: string;
}

/** `parser.add_argument("--lr", type=float, default=0.1)`, and the same of click and typer. */
const OPTION = /(?:add_argument|\.option|Option)\(([^()]{0,500})/g;
const NAME = /['"]--([a-z][a-z0-9_]{0,40})['"]/;
const DEFAULT = /\bdefault\s*=\s*(-?\d+(?:\.\d*)?(?:e-?\d+)?)\s*(?:,|$)/;

/** More would make a command that nobody reads. */
const MOST = 6;

export function numericOptions(text: string): readonly ProgramOption[] {
  const found = [...text.matchAll(OPTION)].flatMap(([, call = '']) => {
    const [name, value] = [NAME.exec(call)?.[1], DEFAULT.exec(call.trim())?.[1]];
    return name === undefined || value === undefined ? [] : [{ name, value }];
  });
  return [...new Map(found.map((one) => [one.name, one])).values()].slice(0, MOST);
}
