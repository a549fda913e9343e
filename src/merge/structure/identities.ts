import { LineTable } from '../lines.ts'

/** Words of a node that the table holds: its number, its kind, how many children it has, and their numbers. */
const headWords = 3

/** Slots that a search may look at: what a text makes collide goes to a map, whose hash nobody can foresee. */
const mostProbes = 32

/**
 * Numbers for parts of texts that say the same: equal if, and only if, kind and tokens are equal. Shared by the texts of one merge. Nodes are kept by
 * the numbers of their children, so that each is looked at once.
 */
export class Identities {
  readonly lines = new LineTable()
  #last = 0
  readonly #ofContents = new Map<string, number>()
  /** By kind. */
  readonly #ofTexts: Map<string, number>[] = []
  /** Nodes with children, one behind the other. */
  #nodes = new Uint32Array(1 << 14)
  #nodesEnd = 0
  #nodeCount = 0
  /** Where a node begins in `#nodes`, plus one; 0 is free. A power of two. */
  #slots = new Uint32Array(1 << 12)
  readonly #collided = new Map<string, number>()

  /** Of what the texts of a merge are compared by and that is no node. */
  of(content: string): number {
    return this.#known(this.#ofContents, content)
  }

  ofText(kind: number, text: string): number {
    return this.#known((this.#ofTexts[kind] ??= new Map()), text)
  }

  /** Of a node with `count` children, whose numbers are the first of `children`. */
  ofNode(kind: number, children: Uint32Array, count: number): number {
    if (this.#nodeCount * 2 >= this.#slots.length) this.#grow()
    if (this.#collided.size > 0) {
      const number = this.#collided.get(keyOf(kind, children, 0, count))
      if (number !== undefined) return number
    }
    const mask = this.#slots.length - 1
    const home = hashOf(kind, children, 0, count)
    for (let probe = 0; probe < mostProbes; probe++) {
      const at = this.#slots[(home + probe) & mask]!
      if (at === 0) {
        this.#slots[(home + probe) & mask] = this.#add(kind, children, count) + 1
        return this.#last
      }
      if (this.#isAt(at - 1, kind, children, count)) return this.#nodes[at - 1]!
    }
    this.#collided.set(keyOf(kind, children, 0, count), ++this.#last)
    return this.#last
  }

  #known(numbers: Map<string, number>, content: string): number {
    let number = numbers.get(content)
    if (number === undefined) numbers.set(content, (number = ++this.#last))
    return number
  }

  #isAt(at: number, kind: number, children: Uint32Array, count: number): boolean {
    const nodes = this.#nodes
    if (nodes[at + 1] !== kind || nodes[at + 2] !== count) return false
    for (let i = 0; i < count; i++) if (nodes[at + headWords + i] !== children[i]) return false
    return true
  }

  /** Where the node is written. */
  #add(kind: number, children: Uint32Array, count: number): number {
    const at = this.#nodesEnd
    this.#nodesEnd += headWords + count
    if (this.#nodesEnd > this.#nodes.length) {
      const nodes = new Uint32Array(this.#nodesEnd * 2)
      nodes.set(this.#nodes)
      this.#nodes = nodes
    }
    this.#nodes[at] = ++this.#last
    this.#nodes[at + 1] = kind
    this.#nodes[at + 2] = count
    for (let i = 0; i < count; i++) this.#nodes[at + headWords + i] = children[i]!
    this.#nodeCount++
    return at
  }

  #grow(): void {
    const nodes = this.#nodes
    this.#slots = new Uint32Array(this.#slots.length * 4)
    for (let at = 0; at < this.#nodesEnd; at += headWords + nodes[at + 2]!) this.#place(at)
  }

  #place(at: number): void {
    const mask = this.#slots.length - 1
    const [number, kind, count] = this.#nodes.subarray(at, at + headWords) as unknown as [number, number, number]
    const home = hashOf(kind, this.#nodes, at + headWords, count)
    for (let probe = 0; probe < mostProbes; probe++)
      if (this.#slots[(home + probe) & mask] === 0) {
        this.#slots[(home + probe) & mask] = at + 1
        return
      }
    this.#collided.set(keyOf(kind, this.#nodes, at + headWords, count), number)
  }
}

function keyOf(kind: number, words: Uint32Array, from: number, count: number): string {
  return `${kind} ${words.subarray(from, from + count).join(' ')}`
}

function hashOf(kind: number, words: Uint32Array, from: number, count: number): number {
  let hash = kind
  for (let i = from; i < from + count; i++) {
    hash = Math.imul(hash ^ words[i]!, 0x9e3779b1)
    hash ^= hash >>> 15
  }
  return hash >>> 1
}
