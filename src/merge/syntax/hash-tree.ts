import type { SyntaxTree } from './syntax-tree.ts'

/** Hashes of every node's subtree: whole numbers up to 2^53. Equal hashes say that nodes are worth comparing, not that they are equal. */
export interface TreeHashes {
  /** Of the nodes and all text, white space and comments included. */
  readonly exact: Float64Array
  /** Without comments and without the white space that means nothing: of what the text says to its language. */
  readonly meaning: Float64Array
}

/** What the meaning leaves out and what it takes as it is written, by kind of the tree's grammar. */
export interface HashRules {
  readonly trivia: ReadonlySet<number>
  readonly verbatim: ReadonlySet<number>
}

/** Hashes bottom-up, each node once: a Merkle tree. The same for the same text and tree on every machine. */
export function hashTree(tree: SyntaxTree, rules: HashRules): TreeHashes {
  const exact = new Float64Array(tree.size)
  const meaning = new Float64Array(tree.size)
  // Children come after their parents.
  for (let node = tree.size - 1; node >= 0; node--) {
    exact[node] = hashNode(tree, node, exact, undefined)
    const isWritten = tree.isLeaf(node) || rules.verbatim.has(tree.kind[node]!)
    meaning[node] = isWritten ? exact[node]! : hashNode(tree, node, meaning, rules.trivia)
  }
  return { exact, meaning }
}

/** With `trivia` these kinds are left out, and so is white space between children. */
function hashNode(
  tree: SyntaxTree,
  node: number,
  hashes: Float64Array,
  trivia: ReadonlySet<number> | undefined,
): number {
  const { text, start, end, next, kind, field, flags } = tree
  const hash = new Hash()
  hash.add(kind[node]!)
  hash.add(flags[node]!)
  let at = start[node]!
  for (let child = node + 1; child < next[node]!; child = next[child]!) {
    addGap(hash, text, at, start[child]!, trivia === undefined)
    at = end[child]!
    if (trivia?.has(kind[child]!)) continue
    hash.add(field[child]!)
    hash.addHash(hashes[child]!)
  }
  addGap(hash, text, at, end[node]!, trivia === undefined)
  return hash.value()
}

/** Text that has no node of its own counts whole; white space alone counts only where it is wanted. */
function addGap(hash: Hash, text: string, from: number, to: number, withSpace: boolean): void {
  if (from >= to || (!withSpace && isSpace(text, from, to))) return
  hash.add(to - from)
  for (let at = from; at < to; at++) hash.add(text.charCodeAt(at))
}

function isSpace(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const unit = text.charCodeAt(at)
    if (unit !== 0x20 && (unit < 0x09 || unit > 0x0d)) return false
  }
  return true
}

/** Two lanes of 32 bits, mixed as in MurmurHash3; 53 bits are kept, which a number and the key of a map hold exactly. */
class Hash {
  #low = 0x9e3779b9
  #high = 0x85ebca6b
  #count = 0

  add(value: number): void {
    this.#low = Math.imul(rotate(this.#low ^ Math.imul(value, 0xcc9e2d51), 13), 5) + 0x52dce729
    this.#high = Math.imul(rotate(this.#high ^ Math.imul(value, 0x1b873593), 15), 9) + 0x38495ab5
    this.#count++
  }

  addHash(hash: number): void {
    this.add(hash >>> 0)
    this.add(Math.floor(hash / 0x100000000))
  }

  value(): number {
    const low = avalanche(this.#low ^ this.#count)
    const high = avalanche(this.#high ^ Math.imul(low, 0x9e3779b1))
    return (high & 0x1fffff) * 0x100000000 + low
  }
}

function rotate(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by))
}

function avalanche(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
