import { diffLines, type LineChange } from '../line-diff.ts'
import type { Lines, LineTable } from '../lines.ts'
import type { SubtreePlaces } from './flatten-tree.ts'
import type { SyntaxRuntime } from './syntax-runtime.ts'

/** Steps of the diff that finds what another version changed; beyond them it is parsed whole. */
const diffSteps = 1 << 22

/** A place in a text as the runtime is told it. */
type Point = readonly [row: number, column: number]

/** A version of a text that was parsed, whose tree lies in the memory of the runtime: others are parsed from it. */
export class FirstVersion implements Disposable {
  readonly places: SubtreePlaces
  readonly #runtime: SyntaxRuntime
  readonly #address: number
  readonly #restored: number
  readonly #table: LineTable
  readonly #lines: Lines

  /** `address`: of the tree, which is copied. */
  constructor(runtime: SyntaxRuntime, address: number, places: SubtreePlaces, table: LineTable) {
    this.#table = table
    this.places = places
    this.#runtime = runtime
    this.#address = runtime.exports._ts_tree_copy(address)
    this.#restored = runtime.memory.restored
    this.#lines = this.#table.lines(places.tree.text)
  }

  /** Not where the memory was put back meanwhile. */
  get isThere(): boolean {
    return this.#runtime.memory.restored === this.#restored
  }

  /** The address of a copy of the tree that knows where another version differs; whoever asks deletes it. Undefined where too much does. */
  edited(text: string): number | undefined {
    const lines = this.#table.lines(text)
    const scratch = { counts: new Uint32Array(this.#table.size), budget: { steps: diffSteps } }
    const changes = diffLines(this.#lines.ids, lines.ids, scratch)
    if (!changes) return undefined
    const tree = this.#runtime.exports._ts_tree_copy(this.#address)
    // From the last to the first, so that all before a change is still as it was.
    for (const change of changes.toReversed()) this.#edit(tree, change, lines)
    return tree
  }

  [Symbol.dispose](): void {
    if (this.isThere) this.#runtime.exports._ts_tree_delete(this.#address)
  }

  #edit(tree: number, { left, leftEnd, right, rightEnd }: LineChange, lines: Lines): void {
    const { exports } = this.#runtime
    const start = this.#lines.starts[left]!
    const put = lines.starts[rightEnd]! - lines.starts[right]!
    const isUnended = rightEnd > right && rightEnd === lines.ids.length && !lines.text.endsWith('\n')
    const newEnd: Point = isUnended
      ? [left + rightEnd - right - 1, lines.text.length - lines.starts[rightEnd - 1]!]
      : [left + rightEnd - right, 0]
    const places = [...pointAt(this.#lines, left), ...pointAt(this.#lines, leftEnd), ...newEnd]
    exports.HEAPU32.set([...places, start, this.#lines.starts[leftEnd]!, start + put], exports._ts_init() >> 2)
    exports._ts_tree_edit_wasm(tree)
  }
}

/** Where a line begins. Behind the last one that is the end of the text, which may be on that line. */
function pointAt({ text, starts, ids }: Lines, line: number): Point {
  const isUnended = line > 0 && line === ids.length && !text.endsWith('\n')
  return isUnended ? [line - 1, text.length - starts[line - 1]!] : [line, 0]
}
