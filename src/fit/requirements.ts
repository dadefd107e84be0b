import { UserError } from '../errors.ts';
import { compareVersions } from './version.ts';

/** What `NVIDIA_REQUIRE_*` may ask for; undefined: not known. */
export interface RequiredFacts {
  /** The CUDA of the driver. */
  readonly cuda?: string | undefined;
  readonly driver?: string | undefined;
  /** Compute capability. */
  readonly arch?: string | undefined;
  readonly brand?: string | undefined;
}

/** undefined: it depends on what is not known. */
type Truth = boolean | undefined;

const OPERATORS = ['!=', '<=', '>=', '=', '<', '>'] as const;
type Operator = (typeof OPERATORS)[number];

/**
 * What an image asks of the machine, as NVIDIA's container toolkit evaluates it: space is OR, comma is AND, several
 * variables are ANDed, and properties that it does not know are passed over.
 * https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/docker-specialized.html
 */
export function isSatisfied(env: ReadonlyMap<string, string>, facts: RequiredFacts): Truth {
  if (isTrue(env.get('NVIDIA_DISABLE_REQUIRE'))) return true;
  return all(requirementsOf(env).map((requirement) => isMet(requirement, facts)));
}

/** As the toolkit reads it, with https://pkg.go.dev/strconv#ParseBool */
function isTrue(value = ''): boolean {
  return /^(?:1|t|T|true|TRUE|True)$/.test(value);
}

/** An image without requirements that names its CUDA asks for that CUDA. */
export function requirementsOf(env: ReadonlyMap<string, string>): readonly string[] {
  const named = [...env].filter(
    ([name]) => name.startsWith('NVIDIA_REQUIRE_') && !name.startsWith('NVIDIA_REQUIRE_JETPACK'),
  );
  const legacy = /^\d{1,3}\.\d{1,3}/.exec(env.get('CUDA_VERSION') ?? '')?.[0];
  const implied = legacy === undefined || env.has('NVIDIA_REQUIRE_CUDA') ? [] : [`cuda>=${legacy}`];
  return [...named.map(([, value]) => value), ...implied];
}

function isMet(requirement: string, facts: RequiredFacts): Truth {
  const terms = requirement.split(' ').map((term) => factorsOf(term, facts));
  const known = terms.filter((factors) => factors.length > 0);
  return known.length === 0 ? true : any(known.map(all));
}

/** Those of properties that are known here. */
function factorsOf(term: string, facts: RequiredFacts): readonly Truth[] {
  return term
    .split(',')
    .filter((factor) => factor.trim() !== '')
    .flatMap((factor) => {
      const { name, operator, value } = parse(factor);
      return isProperty(name) ? [evaluate(name, operator, value, facts[name])] : [];
    });
}

const PROPERTIES = ['cuda', 'driver', 'arch', 'brand'] as const;
type Property = (typeof PROPERTIES)[number];

function isProperty(name: string): name is Property {
  return PROPERTIES.some((property) => property === name);
}

function parse(factor: string): {
  readonly name: string;
  readonly operator: Operator;
  readonly value: string;
} {
  const at = factor.search(/[<>=!]/);
  const operator = OPERATORS.find((one) => at >= 0 && factor.startsWith(one, at));
  if (operator === undefined) {
    throw new UserError(`the image has a requirement without an operator: "${factor}"`, {
      code: 'fit-requirement',
      hint: 'correct its variable NVIDIA_REQUIRE_CUDA, or set NVIDIA_DISABLE_REQUIRE=true in the image',
    });
  }
  return { name: factor.slice(0, at), operator, value: factor.slice(at + operator.length) };
}

function evaluate(name: Property, operator: Operator, value: string, fact: string | undefined): Truth {
  if (fact === undefined) return undefined;
  const order = name === 'brand' ? textOrder(fact, value) : compareVersions(fact, value);
  if (order === undefined) return undefined;
  switch (operator) {
    case '=':
      return order === 0;
    case '!=':
      return order !== 0;
    case '<':
      return order < 0;
    case '>':
      return order > 0;
    case '<=':
      return order <= 0;
    default:
      return order >= 0;
  }
}

function textOrder(one: string, other: string): -1 | 0 | 1 {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function all(values: readonly Truth[]): Truth {
  if (values.includes(false)) return false;
  return values.includes(undefined) ? undefined : true;
}

function any(values: readonly Truth[]): Truth {
  if (values.includes(true)) return true;
  return values.includes(undefined) ? undefined : false;
}
