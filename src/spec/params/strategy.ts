import type { Finding, Location } from '../../errors.ts';
import type { ParamFields } from '../fields/command.ts';
import type { JobFields } from '../fields/job.ts';
import type { Leg, Param, Strategy } from '../job.ts';
import { GIVEN } from '../layers/given-value.ts';
import { didYouMean } from '../values/suggest.ts';
import { type MapNode, placeOf, type TextNode } from '../yaml/node.ts';
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
import { tooMany, uselessExcludes } from './read-matrix.ts';

/** The params of a job with those that only its matrix names: each is declared by its values. */
export function declaredWith(
  declared: Declared,
  matrix: Matrix<TextNode> | undefined,
): { readonly declared: Declared; readonly findings: readonly Finding[] } {
  const values = valuesOf(matrix);
  const further = [...values].filter(([name]) => !declared.has(name));
  const findings = further.flatMap(([name, [first]]) => likeDeclared(name, declared, first?.location));
  const added = further.map(([name, nodes]) => [name, { type: commonType(nodes) }] as const);
  return { declared: new Map<string, string | ParamFields>([...declared, ...added]), findings };
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

function likeDeclared(name: string, declared: Declared, location: Location | undefined): readonly Finding[] {
  const hint = didYouMean(name, declared.keys());
  if (hint === undefined) return [];
  const message = `strategy.matrix: "${name}" is not a declared param, and becomes one`;
  return [{ level: 'warning', code: 'matrix', message, hint, location }];
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

export interface StrategyRead {
  readonly strategy?: Strategy | undefined;
  readonly findings: readonly Finding[];
}

/** The runs that a matrix asks for, each value checked by the declaration of its param. */
export function readStrategy(source: StrategySource): StrategyRead {
  const { fields, root, matrix } = source;
  if (matrix === undefined || fields.strategy === undefined) return { findings: [] };
  const place = placeOf(root, ['strategy', 'matrix']);
  const declarations = new Map(
    [...source.declared].map(([name, written]) => [name, declarationOf(name, written, root)]),
  );
  const same = (name: string, one: TextNode, other: TextNode): boolean =>
    isSame(declarations.get(name)?.type ?? 'string', one.text, other.text);
  const combinations = expandMatrix(matrix, same);
  const all = combinations.map((one) => new Map([...one].map(([name, { text }]) => [name, text])));
  const chosen = chosenBy(declarations, source.given, all);
  const findings = [
    ...checkValues(declarations, matrix),
    ...uselessExcludes(matrix, same),
    ...(all.length > MOST_LEGS ? [tooMany(all.length, place)] : []),
    ...(all.length === 0 ? [noneLeft('every combination of the matrix is excluded', place)] : []),
    ...(all.length > 0 && chosen.length === 0 ? [noneLeft(NONE_GIVEN, GIVEN.params)] : []),
  ];
  const strategy = {
    legs: legsOf(declarations, source.params, chosen),
    maxParallel: fields.strategy['max-parallel'],
    failFast: fields.strategy['fail-fast'],
  };
  return { strategy, findings };
}

const NONE_GIVEN = 'the matrix has no combination of the values that were given';

function noneLeft(message: string, location: Location): Finding {
  return { level: 'error', code: 'matrix', message, hint: 'see "exclude"', location };
}

type Declarations = ReadonlyMap<string, Declaration>;

function checkValues(declarations: Declarations, matrix: Matrix<TextNode>): readonly Finding[] {
  return [...valuesOf(matrix)].flatMap(([name, nodes]) => {
    const declaration = declarations.get(name);
    if (declaration === undefined) return [];
    return nodes.flatMap(({ text, location }) => checkValue(declaration, text, location));
  });
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
