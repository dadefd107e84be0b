/** Codes of the least length for how often each symbol stands: https://www.rfc-editor.org/rfc/rfc1951#section-3.2.2 */

export interface Codes {
  readonly lengths: Uint8Array;
  /** As they are written, the first bit lowest. */
  readonly bits: Uint16Array;
}

const SYMBOLS = 512;

/** Codes of at most `longest` bits, shorter for what is there more often; 0 bits for what is not there. */
export function makeCodes(counts: Uint32Array, longest: number): Codes {
  const lengths = codeLengths(counts, longest);
  return { lengths, bits: codeBits(lengths) };
}

function codeLengths(counts: Uint32Array, longest: number): Uint8Array {
  const lengths = new Uint8Array(counts.length);
  const sorted = sortedSymbols(counts);
  const used = countLengths(depthsOf(sorted), longest);
  let place = sorted.length;
  for (let length = 1; length <= longest; length += 1) {
    for (let left = used[length] ?? 0; left > 0; left -= 1) {
      place -= 1;
      lengths[(sorted[place] ?? 0) % SYMBOLS] = length;
    }
  }
  return lengths;
}

/** Symbols with their counts above them, the rarest first, and of equal ones the smaller. */
function sortedSymbols(counts: Uint32Array): Float64Array {
  const sorted = new Float64Array(counts.length);
  let used = 0;
  for (let symbol = 0; symbol < counts.length; symbol += 1) {
    const count = counts[symbol] as number;
    if (count === 0) continue;
    sorted[used] = count * SYMBOLS + symbol;
    used += 1;
  }
  return sorted.subarray(0, used).sort();
}

/**
 * How deep each leaf stands in the tree, in place of the counts: Moffat and Katajainen, In-place calculation of
 * minimum-redundancy codes, 1995. https://doi.org/10.1007/3-540-60220-8_79
 */
function depthsOf(sorted: Float64Array): Float64Array {
  const nodes = new Float64Array(sorted.length);
  for (let at = 0; at < nodes.length; at += 1) nodes[at] = Math.floor((sorted[at] as number) / SYMBOLS);
  if (nodes.length < 2) return nodes.fill(1);
  joinNodes(nodes);
  measureNodes(nodes);
  return nodes;
}

/** Each inner node has its weight, then the place of the node above it. */
function joinNodes(nodes: Float64Array): void {
  const { length } = nodes;
  let root = 0;
  let leaf = 0;
  for (let next = 0; next < length - 1; next += 1) {
    let weight = 0;
    for (let child = 0; child < 2; child += 1) {
      if (leaf >= length || (root < next && (nodes[root] as number) < (nodes[leaf] as number))) {
        weight += nodes[root] as number;
        nodes[root] = next;
        root += 1;
      } else {
        weight += nodes[leaf] as number;
        leaf += 1;
      }
    }
    nodes[next] = weight;
  }
}

/** From the places of inner nodes to the depths of the leaves, the deepest first. */
function measureNodes(nodes: Float64Array): void {
  const last = nodes.length - 2;
  nodes[last] = 0;
  for (let place = last - 1; place >= 0; place -= 1) nodes[place] = (nodes[nodes[place] ?? 0] ?? 0) + 1;
  let inner = last;
  let next = nodes.length - 1;
  for (let free = 1, depth = 0; free > 0; depth += 1) {
    let used = 0;
    while (inner >= 0 && nodes[inner] === depth) {
      used += 1;
      inner -= 1;
    }
    for (; free > used; free -= 1) {
      nodes[next] = depth;
      next -= 1;
    }
    free = 2 * used;
  }
}

/** How many codes have each length, none longer than allowed: the longer ones are cut, and shorter ones make room. */
function countLengths(depths: Float64Array, longest: number): Uint32Array {
  const used = new Uint32Array(longest + 1);
  for (const depth of depths) used[Math.min(depth, longest)] = (used[Math.min(depth, longest)] ?? 0) + 1;
  if (depths.length < 2) return used;
  let taken = 0;
  for (let length = 1; length <= longest; length += 1) taken += (used[length] ?? 0) * 2 ** (longest - length);
  for (; taken > 2 ** longest; taken -= 1) lengthenOne(used, longest);
  return used;
}

function lengthenOne(used: Uint32Array, longest: number): void {
  let length = longest - 1;
  while ((used[length] ?? 0) === 0) length -= 1;
  used[longest] = (used[longest] ?? 0) - 1;
  used[length] = (used[length] ?? 0) - 1;
  used[length + 1] = (used[length + 1] ?? 0) + 2;
}

function codeBits(lengths: Uint8Array): Uint16Array {
  const bits = new Uint16Array(lengths.length);
  let code = 0;
  for (let length = 1; length <= 15; length += 1) {
    for (let symbol = 0; symbol < lengths.length; symbol += 1) {
      if (lengths[symbol] !== length) continue;
      bits[symbol] = reversed(code, length);
      code += 1;
    }
    code <<= 1;
  }
  return bits;
}

function reversed(code: number, length: number): number {
  let bits = 0;
  for (let at = 0; at < length; at += 1) bits |= ((code >>> at) & 1) << (length - 1 - at);
  return bits;
}
