import type { SyntaxNode } from '@lezer/common';
import type { Location } from '../../errors.ts';
import { decoratorsOf } from '../python/decorators.ts';
import { childrenOf, dotted, evaluate } from '../python/evaluate.ts';
import type { PySource } from '../python/source.ts';
import { isCall, lastPart, type PyCall } from '../python/value.ts';

export interface Flow {
  readonly name: string;
  readonly at: Location;
  readonly decorators: readonly PyCall[];
  readonly parameters: readonly PyCall[];
  readonly steps: readonly Step[];
}

export interface Step {
  readonly name: string;
  readonly at: Location;
  readonly decorators: readonly PyCall[];
  /** Whether steps after it run side by side. */
  readonly splits: boolean;
}

/** The flows of a file: classes of FlowSpec, and classes with steps whose base is in another file. */
export function flowsIn(source: PySource): readonly Flow[] {
  return [...source.nodes('ClassDefinition')].flatMap((node) => {
    const name = node.getChild('VariableName');
    const body = node.getChild('Body');
    if (name === null || body === null) return [];
    const steps = stepsIn(body, source);
    if (!isFlowSpec(node, source) && steps.length === 0) return [];
    const parameters = parametersIn(body, source);
    const decorators = decoratorsOf(node, source);
    return [{ name: source.textOf(name), at: source.locate(node), decorators, parameters, steps }];
  });
}

function isFlowSpec(node: SyntaxNode, source: PySource): boolean {
  const bases = node.getChild('ArgList');
  const names = bases === null ? [] : childrenOf(bases).map((base) => dotted(base, source));
  return names.some((name) => lastPart(name) === 'FlowSpec');
}

function stepsIn(body: SyntaxNode, source: PySource): readonly Step[] {
  return body.getChildren('DecoratedStatement').flatMap((decorated) => {
    const definition = decorated.getChild('FunctionDefinition');
    const name = definition?.getChild('VariableName');
    if (!definition || !name) return [];
    const decorators = decoratorsOf(definition, source);
    if (!decorators.some((one) => lastPart(one.name) === 'step')) return [];
    const splits = /\.next\s*\([^)]*(?:foreach|num_parallel|,\s*self\.)/.test(source.textOf(definition));
    return [{ name: source.textOf(name), at: source.locate(definition), decorators, splits }];
  });
}

const PARAMETERS = ['Parameter', 'JSONParameter', 'IncludeFile', 'Config'];

function parametersIn(body: SyntaxNode, source: PySource): readonly PyCall[] {
  return body.getChildren('AssignStatement').flatMap((statement) => {
    const value = statement.lastChild;
    if (value?.name !== 'CallExpression') return [];
    const call = evaluate(value, source);
    return isCall(call) && PARAMETERS.includes(lastPart(call.name)) ? [call] : [];
  });
}
