import type { SeededRandom } from '../../../src/lib/seeded-random.ts'
import type { MergeDriver } from './merge-driver.ts'

/** A cell of nbformat 4. */
export interface NotebookCell {
  readonly cell_type: 'code' | 'markdown'
  readonly id?: string
  readonly metadata: Readonly<Record<string, unknown>>
  readonly source: readonly string[]
  readonly execution_count?: number | null
  readonly outputs?: readonly unknown[]
}

/** Notebooks with ids of cells, and without. */
export const notebookDriver: MergeDriver = {
  *triples(random) {
    for (;;) {
      const maker = new NotebookMaker(random)
      const base = maker.cells()
      yield {
        path: 'work/a.ipynb',
        base: maker.text(base),
        left: maker.text(maker.edited(base)),
        right: maker.text(maker.edited(base)),
        telling: /^[wc]\d+$/,
        computed: /^(?:o\d+|\d+|stdout|output_type|stream|text)$/,
      }
    }
  },
  isValid: (text) => {
    try {
      return isNotebook(JSON.parse(text) as Notebook)
    } catch {
      return false
    }
  },
  isValidInConflict: true,
}

class NotebookMaker {
  readonly #random: SeededRandom
  readonly #hasIds: boolean
  #words = 0

  constructor(random: SeededRandom) {
    this.#random = random
    this.#hasIds = random.chance(0.7)
  }

  cells(): readonly NotebookCell[] {
    return Array.from({ length: 1 + this.#random.below(5) }, () => this.#cell())
  }

  text(cells: readonly NotebookCell[]): string {
    const metadata = { kernelspec: { name: 'python3' } }
    return `${JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: this.#hasIds ? 5 : 4 }, null, 1)}\n`
  }

  edited(base: readonly NotebookCell[]): readonly NotebookCell[] {
    const random = this.#random
    const cells = [...base]
    for (let i = 0; i <= random.below(3); i++) {
      const at = random.below(cells.length)
      const old = cells[at]!
      const action = random.below(8)
      if (action === 0) cells.splice(random.below(cells.length + 1), 0, this.#cell())
      else if (action === 1 && cells.length > 1) cells.splice(at, 1)
      else if (action === 2) cells.splice(random.below(cells.length), 0, ...cells.splice(at, 1))
      else if (action === 3) cells.splice(at + 1, 0, { ...old, ...this.#id() })
      else if (action === 4 && old.cell_type === 'code') cells[at] = { ...old, ...this.#outputs() }
      else if (action === 5) cells[at] = { ...old, metadata: { ...old.metadata, [this.#word('m')]: random.below(9) } }
      else cells[at] = { ...old, source: old.source.map((line) => (random.chance(0.5) ? this.#line() : line)) }
    }
    return cells
  }

  #cell(): NotebookCell {
    const source = Array.from({ length: 1 + this.#random.below(4) }, () => this.#line())
    if (this.#random.chance(0.3)) return { cell_type: 'markdown', ...this.#id(), metadata: {}, source }
    return { cell_type: 'code', ...this.#id(), metadata: {}, source, ...this.#outputs() }
  }

  #outputs(): Pick<NotebookCell, 'execution_count' | 'outputs'> {
    const outputs = [{ name: 'stdout', output_type: 'stream', text: [`${this.#word('o')}\n`] }]
    return { execution_count: this.#random.below(99), outputs: this.#random.chance(0.6) ? outputs : [] }
  }

  #id(): Pick<NotebookCell, 'id'> {
    return this.#hasIds ? { id: this.#word('c') } : {}
  }

  /** One of few, or a new one. */
  #line(): string {
    return this.#random.chance(0.6) ? `line ${this.#word('w')}\n` : `line ${this.#random.below(5)}\n`
  }

  #word(letter: string): string {
    return `${letter}${this.#words++}`
  }
}

interface Notebook {
  readonly nbformat: number
  readonly metadata: unknown
  readonly cells: readonly NotebookCell[]
}

/** What nbformat 4 asks of a notebook. */
function isNotebook({ nbformat, metadata, cells }: Notebook): boolean {
  const ids = cells.flatMap(({ id }) => (id === undefined ? [] : [id]))
  return (
    nbformat === 4 &&
    typeof metadata === 'object' &&
    new Set(ids).size === ids.length &&
    ids.every((id) => /^[A-Za-z0-9_-]{1,64}$/.test(id)) &&
    cells.every((cell) => {
      const isCode = cell.cell_type !== 'code' || (Array.isArray(cell.outputs) && cell.execution_count !== undefined)
      return isCode && Array.isArray(cell.source) && typeof cell.metadata === 'object'
    })
  )
}
