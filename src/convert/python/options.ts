import type { Findings } from '../../findings.ts';
import type { Field } from '../draft/fields.ts';
import { report } from '../not-converted.ts';
import { paramField } from '../values.ts';
import { decoratorsOf } from './decorators.ts';
import { evaluate } from './evaluate.ts';
import type { PySource } from './source.ts';
import { isCall, lastPart, type PyCall, scalarOf } from './value.ts';

export interface ConvertedOptions {
  readonly params: Readonly<Record<string, Field>>;
  readonly options: readonly string[];
}

/** Options that a program takes by argparse or click, as params that are passed on. */
export function optionsOf(source: PySource, findings: Findings): ConvertedOptions {
  const params: Record<string, Field> = {};
  const options: string[] = [];
  for (const call of declarationsIn(source)) {
    const option = call.values.map(scalarOf).find((text) => text?.startsWith('--'));
    if (option === undefined) continue;
    const name = option.slice(2).split('/')[0] ?? '';
    const value = paramField(call.keywords.get('default'));
    if (value === undefined || isFlag(call)) reportOption(option, call, findings);
    else if (!Object.hasOwn(params, name)) {
      params[name] = value;
      options.push(`--${name} {{ ${name} }}`);
    }
  }
  return { params, options };
}

function declarationsIn(source: PySource): readonly PyCall[] {
  const decorators = [...source.nodes('FunctionDefinition')].flatMap((definition) =>
    decoratorsOf(definition, source).filter(({ name }) => lastPart(name) === 'option'),
  );
  const calls = [...source.nodes('CallExpression')].flatMap((node) => {
    if (!/\badd_argument\s*$/.test(source.textOf(node.firstChild ?? node).slice(-40))) return [];
    const value = evaluate(node, source);
    return isCall(value) ? [value] : [];
  });
  return [...decorators, ...calls];
}

function isFlag({ keywords }: PyCall): boolean {
  const flag = keywords.get('is_flag');
  const action = scalarOf(keywords.get('action')) ?? '';
  return (
    (flag?.kind === 'bool' && flag.value) ||
    action.startsWith('store_') ||
    keywords.has('nargs') ||
    keywords.has('multiple')
  );
}

function reportOption(option: string, call: PyCall, findings: Findings): void {
  report(`option "${option}": it is not passed on; add it to "run" to give it`, call.at, findings);
}
