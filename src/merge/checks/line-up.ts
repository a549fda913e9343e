import { diffLines } from '../line-diff.ts'
import { lineAt, type Lines } from '../lines.ts'
import type { Source } from '../structure/source.ts'

/** Steps that looking for the lines of a text in another one may take: else none are known. */
const maxSteps = 1 << 20

/** Where the nodes of a text stand in another one, if their lines are in both. Nothing is compared before it is asked for. */
export class LineUp {
  readonly #from: Source
  readonly #to: Source
  #lines: { readonly from: Lines; readonly to: Lines; readonly lineOf: Int32Array } | undefined

  constructor(from: Source, to: Source) {
    this.#from = from
    this.#to = to
  }

  /** The leaf of the other text that stands where a leaf of the first one does. */
  placeOf(leaf: number): number | undefined {
    const { from, to, lineOf } = (this.#lines ??= this.#compare())
    const start = this.#from.tree.start[leaf]!
    const line = lineAt(from.starts, start)
    const other = lineOf[line]!
    return other < 0 ? undefined : this.#leafAt(to.starts[other]! + start - from.starts[line]!)
  }

  #compare() {
    const { lines: from } = this.#from
    const { lines: to } = this.#to
    const lineOf = new Int32Array(from.ids.length).fill(-1)
    const budget = { steps: maxSteps }
    const changes = diffLines(from.ids, to.ids, { counts: new Uint32Array(this.#from.identities.lines.size), budget })
    let [at, shift] = [0, 0]
    for (const { left, leftEnd, rightEnd } of [...(changes ?? []), endOf(changes, from)]) {
      for (; at < left; at++) lineOf[at] = at + shift
      at = leftEnd
      shift = rightEnd - leftEnd
    }
    return { from, to, lineOf }
  }

  #leafAt(start: number): number | undefined {
    const { tree } = this.#to
    for (let node = 0; node < tree.size;) {
      if (tree.end[node]! <= start) node = tree.next[node]!
      else if (tree.isLeaf(node)) return tree.start[node] === start ? node : undefined
      else node++
    }
    return undefined
  }
}

/** Behind all changes; where none are known nothing is behind them. */
function endOf(changes: readonly unknown[] | undefined, { ids }: Lines) {
  const left = changes ? ids.length : 0
  return { left, leftEnd: left, rightEnd: left }
}
