import type { SyntaxNode } from '@lezer/common';
import type { Findings } from '../../findings.ts';
import { quoteFor } from '../../jobspec/template/shell-quote.ts';
import { escapeBraces, type Fields, orNothing } from '../draft/fields.ts';
import { report } from '../not-converted.ts';
import { decoratorsOf } from '../python/decorators.ts';
import { childrenOf, evaluate } from '../python/evaluate.ts';
import { optionsOf } from '../python/options.ts';
import { PySource } from '../python/source.ts';
import { isCall, lastPart, type PyCall, type PyValue, shown } from '../python/value.ts';
import type { Converter, ConvertSource } from '../source.ts';
import { memberAt, membersOf } from '../yaml-value.ts';
import { imageOf } from './docker.ts';
import { resourcesOf } from './resources.ts';
import { mergeSettings, reportComponents, type Settings } from './settings.ts';

/** A pipeline of ZenML, in Python, or the program that starts one. */
export const zenmlPipeline: Converter = {
  recognises: ({ path, text }) => path.endsWith('.py') && /^\s*(?:from|import)\s+zenml\b/m.test(text),
  convert: convertPipeline,
};

function convertPipeline({ path, text }: ConvertSource, findings: Findings): Fields {
  const source = new PySource(path, text);
  const owners = ownersIn(source);
  const docker = settingsIn(owners, source, 'docker', 'DockerSettings');
  const { image, environment } = imageOf(mergeSettings(docker, findings), findings);
  for (const owner of owners) reportOwner(owner, findings);
  const { params, options } = optionsOf(source, findings);
  reportParameters(source, params, findings);
  return {
    run: runText(path, text, source, options, findings),
    params: orNothing(params),
    ...environment.fields,
    image,
    ...resourcesOf(settingsIn(owners, source, 'resources', 'ResourceSettings'), findings),
  };
}

function runText(
  path: string,
  text: string,
  source: PySource,
  options: readonly string[],
  findings: Findings,
): string | undefined {
  if (startsSomething(text, source))
    return [`python ${escapeBraces(quoteFor('none', path))}`, ...options].join(' ');
  const message = 'run: this file starts no pipeline: write "run: python <the file that does>"';
  report(message, { file: path, line: 1, column: 1 }, findings);
  return undefined;
}

/** A guard for the main module, or a call at the top of the file. */
function startsSomething(text: string, source: PySource): boolean {
  if (/^if\s+__name__\s*==/m.test(text)) return true;
  const top = source.tree.topNode.getChildren('ExpressionStatement');
  return top.some((statement) => statement.firstChild?.name === 'CallExpression');
}

const OWNERS = ['pipeline', 'step'];
const CONFIGURING = ['with_options', 'configure', 'run'];

/** Decorators and calls that settings are given to. */
function ownersIn(source: PySource): readonly PyCall[] {
  const decorators = [...source.nodes('FunctionDefinition', 'ClassDefinition')].flatMap((definition) =>
    decoratorsOf(definition, source).filter(({ name }) => OWNERS.includes(lastPart(name))),
  );
  const calls = callsIn(
    source,
    (name) => CONFIGURING.includes(lastPart(name)) || OWNERS.includes(lastPart(name)),
  );
  return [...decorators, ...calls];
}

function callsIn(source: PySource, isWanted: (name: string) => boolean): readonly PyCall[] {
  return [...source.nodes('CallExpression')].flatMap((node) => {
    const callee = node.firstChild;
    const text = callee === null ? '' : source.textOf(callee).slice(-200);
    if (!isWanted(text.replace(/\s/g, ''))) return [];
    const value = evaluate(node, source);
    return isCall(value) ? [value] : [];
  });
}

/** Calls of the class, and mappings that stand in its place. */
function settingsIn(
  owners: readonly PyCall[],
  source: PySource,
  key: string,
  className: string,
): readonly Settings[] {
  const calls = callsIn(source, (name) => lastPart(name) === className).map((call) => membersOf(call));
  const mappings = owners.flatMap(({ keywords }) => {
    const value = memberAt(keywords.get('settings'), [key]);
    return value?.kind === 'dict' ? [membersOf(value)] : [];
  });
  return [...calls, ...mappings];
}

const OF_STACK = ['step_operator', 'experiment_tracker'];

function reportOwner({ name, keywords }: PyCall, findings: Findings): void {
  const settings = keywords.get('settings');
  const isVariable = settings?.kind === 'name' || settings?.kind === 'call';
  if (!isVariable) reportComponents(settings, findings);
  else
    report(`settings of ${lastPart(name)}: "${shown(settings)}" is not in this file`, settings.at, findings);
  for (const key of OF_STACK) {
    const value = keywords.get(key);
    if (value !== undefined && value.kind !== 'none')
      report(`${key} "${shown(value)}": of a stack, which ZenML chooses when it runs`, value.at, findings);
  }
}

/** Arguments of a pipeline's function: who calls it decides them. */
function reportParameters(source: PySource, known: Fields, findings: Findings): void {
  for (const definition of source.nodes('FunctionDefinition')) {
    const isPipeline = decoratorsOf(definition, source).some(({ name }) => lastPart(name) === 'pipeline');
    const list = isPipeline ? definition.getChild('ParamList') : null;
    const all = list === null ? [] : argumentsOf(list, source);
    const open = all.filter(
      ([name]) => !Object.hasOwn(known, name) && !Object.hasOwn(known, name.replaceAll('_', '-')),
    );
    if (list === null || open.length === 0) continue;
    const names = open.map(([name, value]) => (value === undefined ? name : `${name} (${shown(value)})`));
    const message = `parameters ${names.join(', ').slice(0, LONGEST)}: the program passes them to the pipeline; read them there from options, and add them to "params"`;
    report(message, source.locate(list), findings);
  }
}

const LONGEST = 300;

function argumentsOf(
  list: SyntaxNode,
  source: PySource,
): readonly (readonly [string, PyValue | undefined])[] {
  const parts = childrenOf(list);
  return parts.flatMap((part, index) => {
    const isName =
      part.name === 'VariableName' && !['AssignOp', 'TypeDef'].includes(parts[index - 1]?.name ?? '');
    if (!isName) return [];
    const after = parts.slice(index + 1, index + 4).filter(({ name }) => name !== 'TypeDef');
    const value =
      after[0]?.name === 'AssignOp' && after[1] !== undefined ? evaluate(after[1], source) : undefined;
    return [[source.textOf(part), value] as const];
  });
}
