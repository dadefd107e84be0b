import { type Location, UserError } from '../../errors.ts';
import type { Findings } from '../../findings.ts';
import { quoteFor } from '../../jobspec/template/shell-quote.ts';
import { escapeBraces, type Fields, orNothing } from '../draft/fields.ts';
import { report } from '../not-converted.ts';
import { PySource } from '../python/source.ts';
import { lastPart, type PyCall } from '../python/value.ts';
import type { Converter, ConvertSource } from '../source.ts';
import { type CommandLine, readCommandLine } from './command-line.ts';
import { type Flow, flowsIn } from './flow.ts';
import { imageFields } from './image.ts';
import { convertParameters } from './parameters.ts';
import { durationText, Most, reportOfCluster, secondsOf, triesOf } from './resources.ts';
import { CLUSTERS, type Decorated, decoratedOf, environmentOf, reportDecorators } from './steps.ts';

/** A flow becomes one job that runs it whole: a step alone has neither its inputs nor a place for its results. */
export const metaflow: Converter = {
  recognises: ({ path, text }) =>
    path.endsWith('.py') &&
    /\bFlowSpec\b|^\s*@(?:\w+\.)?step\b[\s\S]*self\.next\(/m.test(text) &&
    /\bmetaflow\b|\bFlowSpec\b/.test(text),
  convert: (source, findings) => convertFlow(source, findings),
};

function convertFlow({ path, text, words }: ConvertSource, findings: Findings): Fields {
  const source = new PySource(path, text);
  const flow = chosenFlow(flowsIn(source), source, findings);
  if (flow === undefined) throw noFlow(path);
  const line = readCommandLine(words ?? [], path);
  const decorated = decoratedOf(flow, line.decorators);
  reportDecorators(flow, decorated, findings);
  const { params, options } = convertParameters(flow.parameters, line.given, findings);
  reportCommandLine(line, params, { file: path }, findings);
  const most = resourcesOf(flow, decorated, findings);
  return {
    run: runText(path, [...line.kept.map(withWord), ...options]),
    params: orNothing(params),
    ...environmentOf(decorated, findings).fields,
    image: imageFields(decorated, source, findings),
    ...most.fields,
    timeout: timeoutOf(flow, decorated, findings),
    outputs: ['.metaflow/'],
  };
}

function noFlow(path: string): UserError {
  return new UserError(`no flow stands in "${path}"`, {
    code: 'not-converted',
    hint: 'name the file with the class of FlowSpec and its steps',
    location: { file: path },
  });
}

function runText(path: string, options: readonly string[]): string {
  return [`python ${escapeBraces(quoteFor('none', path))} run`, ...options].join(' ');
}

function withWord(decorator: string): string {
  return `--with ${escapeBraces(quoteFor('none', decorator))}`;
}

function reportCommandLine(
  { given, verb }: CommandLine,
  params: Fields,
  at: Location,
  findings: Findings,
): void {
  if (verb !== undefined) report(`"${verb}": a job runs the flow, from its first step`, at, findings);
  for (const [name, value] of given) {
    if (Object.hasOwn(params, name)) continue;
    report(
      `--${name} ${value}: no parameter of the flow has this name; add it to "run" where it is needed`,
      at,
      findings,
    );
  }
}

/** The flow that the file starts, or its first. */
function chosenFlow(flows: readonly Flow[], source: PySource, findings: Findings): Flow | undefined {
  const withSteps = flows.filter(({ steps }) => steps.length > 0);
  const started = new Set(
    [...source.nodes('CallExpression')].map((node) => /^\s*(\w+)\s*\(\s*\)/.exec(source.textOf(node))?.[1]),
  );
  const chosen = withSteps.find(({ name }) => started.has(name)) ?? withSteps[0];
  for (const { name, at } of flows) {
    if (name !== chosen?.name)
      report(`the flow "${name}" is another one: a file starts one flow`, at, findings);
  }
  return chosen;
}

function resourcesOf(flow: Flow, decorated: readonly Decorated[], findings: Findings): Most {
  const most = new Most();
  for (const { owner, decorator, isOwn } of decorated) {
    const name = lastPart(decorator.name);
    if (name !== 'resources' && !CLUSTERS.includes(name)) continue;
    most.add(decorator, owner, findings);
    if (name !== 'resources' && isOwn) reportOfCluster(decorator, owner, findings);
  }
  const split = flow.steps.find(({ splits }) => splits);
  if (most.isAny && split !== undefined) {
    const message = `steps after "${split.name}" run side by side and share one machine: add "--max-workers 1" to "run" to run one at a time`;
    report(message, split.at, findings);
  }
  return most;
}

/** The job lasts as long as all its steps. */
function timeoutOf(flow: Flow, decorated: readonly Decorated[], findings: Findings): string | undefined {
  let seconds = 0;
  const without: string[] = [];
  for (const { name } of flow.steps) {
    const own = decorated.filter(({ step }) => step === name).map(({ decorator }) => decorator);
    const timeout = named(own, 'timeout');
    const limit = timeout && secondsOf(timeout, `"${name}"`, findings);
    if (limit === undefined) without.push(name);
    else seconds += limit * triesOf(named(own, 'retry'));
  }
  if (seconds === 0) return undefined;
  if (without.length > 0)
    report(
      `timeout: ${durationText(seconds)} is for all steps together, and ${without.join(', ')} ${without.length === 1 ? 'has' : 'have'} no @timeout: write more where they take long`,
      flow.at,
      findings,
    );
  return durationText(seconds);
}

function named(decorators: readonly PyCall[], name: string): PyCall | undefined {
  return decorators.find((decorator) => lastPart(decorator.name) === name);
}
