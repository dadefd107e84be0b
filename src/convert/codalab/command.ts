import { holdsPassword } from '../../jobspec/values/names.ts';

/** A command, and the variables that it set before its first program to what no file may hold. */
export interface SplitCommand {
  readonly text: string;
  readonly secrets: readonly string[];
}

/** `export`, a variable with its value, or what stands between two commands. */
const NEXT = /\s*(?:export\s+|([A-Za-z_]\w*)=("[^"]*"|'[^']*'|[^\s;&|"']*)(?=[\s;&|]|$)|;|&&)/y;

export function splitCommand(command: string): SplitCommand {
  const secrets: string[] = [];
  let kept = '';
  let end = 0;
  NEXT.lastIndex = 0;
  for (let next = NEXT.exec(command); next !== null; next = NEXT.exec(command)) {
    const [text, name, value = ''] = next;
    end = NEXT.lastIndex;
    if (name !== undefined && holdsPassword(value)) secrets.push(name);
    else kept += text;
  }
  if (secrets.length === 0) return { text: command, secrets };
  return { text: withoutEmptyExports(kept + command.slice(end)), secrets };
}

/** What `export` leaves behind when its only variable is gone. */
function withoutEmptyExports(text: string): string {
  return text
    .replace(/^(?:[^\S\n]*(?:export[^\S\n]*)?(?:;|&&|\n))+/, '')
    .replace(/((?:;|&&|\n)[^\S\n]*)export[^\S\n]*(?:;|&&|\n)[^\S\n]*/g, '$1')
    .trim();
}
