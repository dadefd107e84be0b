import type { Location } from '../../errors.ts';
import type { Findings } from '../../findings.ts';
import type { ParamFields } from '../fields/command.ts';
import type { JobFields } from '../fields/job.ts';
import type { Leg, Strategy } from '../job/job.ts';
import type { Param } from '../job/param.ts';
import { GIVEN } from '../layers/given-value.ts';
import { didYouMean } from '../values/suggest.ts';
import { locationOf, type MapNode, type TextNode } from '../yaml/node.ts';
import { labelsOf } from './leg-label.ts';
import { type Combination, expandMatrix, type Matrix, MOST_LEGS } from './matrix.ts';
import {
  checkValue,
  type Declaration,
  type Declared,
  declarationOf,
  isSame,
  typeOf,
  unquote,
} from './params.ts';
import { refuseTooMany, warnOfUselessExcludes } from './read-matrix.ts';

/** The params of a job with those that only its matrix names: each is declared by its values. */
export function declaredWith(
  declared: Declared,
  matrix: Matrix<TextNode> | undefined,
  findings: Findings,
): Declared {
  const values = valuesOf(matrix);
  const further = [...values].filter(([name]) => !declared.has(name));
  for (const [name, [first]] of further) warnOfLikeness(name, declared, first?.location, findings);
  const added = further.map(([name, nodes]) => [name, { type: commonType(nodes) }] as const);
  return new Map<string, string | ParamFields>([...declared, ...added]);
}

function valuesOf(matrix: Matrix<TextNode> | undefined): ReadonlyMap<string, readonly TextNode[]> {
  const values = new Map<string, readonly TextNode[]>(matrix?.vectors);
  for (const [name, value] of matrix?.include.flatMap((entry) => [...entry]) ?? [])
    values.set(name, [...(values.get(name) ?? []), value]);
  return values;
}

/** Numbers of both kinds are floats; anything else beside another is text. */
function commonType(nodes: readonly TextNode[]): Param['type'] {
  const [type = 'string', ...others] = new Set(nodes.map(typeOf));
  if (others.length === 0) return type;
  return [type, ...others].every((one) => one === 'int' || one === 'float') ? 'float' : 'string';
}

function warnOfLikeness(
  name: string,
  declared: Declared,
  at: Location | undefined,
  findings: Findings,
): void {
  const hint = didYouMean(name, declared.keys());
  if (hint === undefined) return;
  findings.warning('matrix', `strategy.matrix: "${name}" is not a declared param, and becomes one`, {
    hint,
    at,
  });
}

export interface StrategySource {
  readonly fields: JobFields;
  readonly root: MapNode;
  readonly matrix: Matrix<TextNode> | undefined;
  /** Those of the matrix among them. */
  readonly declared: Declared;
  /** What every leg has where the matrix says nothing else. */
  readonly params: ReadonlyMap<string, Param>;
  /** Values of the caller; of a param of the matrix, the only one that is left. */
  readonly given: ReadonlyMap<string, string>;
}

/** The runs that a matrix asks for, each value checked by the declaration of its param. */
export function readStrategy(source: StrategySource, findings: Findings): Strategy | undefined {
  const { fields, root, matrix } = source;
  if (matrix === undefined || fields.strategy === undefined) return undefined;
  const place = locationOf(root, ['strategy', 'matrix']);
  const declarations = new Map(
    [...source.declared].map(([name, written]) => [name, declarationOf(name, written, root)]),
  );
  const same = (name: string, one: TextNode, other: TextNode): boolean =>
    isSame(declarations.get(name)?.type ?? 'string', one.text, other.text);
  const combinations = expandMatrix(matrix, same);
  const all = combinations.map((one) => new Map([...one].map(([name, { text }]) => [name, text])));
  const chosen = chosenBy(declarations, source.given, all);
  checkValues(declarations, matrix, findings);
  warnOfUselessExcludes(matrix, same, findings);
  if (all.length > MOST_LEGS) refuseTooMany(all.length, place, findings);
  if (all.length === 0) refuseEmpty('every combination of the matrix is excluded', place, findings);
  if (all.length > 0 && chosen.length === 0) refuseEmpty(NONE_GIVEN, GIVEN.params, findings);
  return {
    legs: legsOf(declarations, source.params, chosen),
    maxParallel: fields.strategy['max-parallel'],
    failFast: fields.strategy['fail-fast'],
  };
}

const NONE_GIVEN = 'the matrix has no combination of the values that were given';

function refuseEmpty(message: string, at: Location, findings: Findings): void {
  findings.error('matrix', message, { hint: 'see "exclude"', at });
}

type Declarations = ReadonlyMap<string, Declaration>;

function checkValues(declarations: Declarations, matrix: Matrix<TextNode>, findings: Findings): void {
  for (const [name, nodes] of valuesOf(matrix)) {
    const declaration = declarations.get(name);
    if (declaration === undefined) continue;
    for (const { text, location } of nodes) checkValue(declaration, text, location, findings);
  }
}

type Values = Combination<string>;

/**
 * A combination that the caller named in full is that one. Else those that have the given values; a value that no
 * combination has takes the place of the others.
 */
function chosenBy(
  declarations: Declarations,
  values: ReadonlyMap<string, string>,
  all: readonly Values[],
): readonly Values[] {
  const names = new Set(all.flatMap((one) => [...one.keys()]));
  const given = new Map(
    [...values].filter(([name]) => names.has(name)).map(([name, text]) => [name, unquote(name, text)]),
  );
  if (given.size === 0) return all;
  const has = (one: Values, name: string, text: string): boolean => {
    const value = one.get(name);
    return value !== undefined && isSame(declarations.get(name)?.type ?? 'string', value, text);
  };
  const known = [...given].filter(([name, text]) => all.some((one) => has(one, name, text)));
  const fitting = all.filter(
    (one) =>
      known.every(([name, text]) => has(one, name, text)) && [...given.keys()].every((name) => one.has(name)),
  );
  const exact = fitting.find(({ size }) => size === given.size);
  if (exact !== undefined) return [new Map([...exact, ...given])];
  return distinct(fitting.map((one) => new Map([...one, ...given])));
}

/** Combinations that differed only in a value that was replaced. */
function distinct(all: readonly Values[]): readonly Values[] {
  return [...new Map(all.map((one) => [JSON.stringify([...one]), one])).values()];
}

function legsOf(
  declarations: Declarations,
  params: ReadonlyMap<string, Param>,
  all: readonly Values[],
): readonly Leg[] {
  const labels = labelsOf(all);
  return all.map((values, index) => ({
    label: labels[index] ?? '',
    values,
    params: new Map(
      [...declarations].flatMap(([name, { type }]) => {
        const text = values.get(name);
        const param = text === undefined ? params.get(name) : { type, text };
        return param === undefined ? [] : [[name, param] as const];
      }),
    ),
  }));
}
