import type { ConflictLabels, LineRange } from '../merge-result.ts'
import { ValueIds, type DataCollection, type DataItem, type DataNode } from './data-node.ts'
import { readJson } from './read-json.ts'

/** A notebook with its conflicts, and where they are. */
export interface NotebookConflicts {
  readonly text: string
  readonly conflicts: readonly NotebookConflict[]
}

/** Cells of both sides between cells that show markers. */
export interface NotebookConflict {
  /** Lines of the text, the cells with markers included. */
  readonly lines: LineRange
  readonly left: string
  readonly right: string
}

/**
 * Two notebooks that are alike but for conflicts, as one that Jupyter opens: where cells differ both versions stand between cells
 * whose text is a conflict marker. What differs outside the cells is taken from the left. Undefined for what is no notebook of nbformat 4.
 */
export function writeNotebookConflicts(
  left: string,
  right: string,
  labels: ConflictLabels,
): NotebookConflicts | undefined {
  const ids = new ValueIds()
  const [one, other] = [readJson(left, ids), readJson(right, ids)]
  const [ofLeft, ofRight] = [cellsOf(one?.root), cellsOf(other?.root)]
  if (!one || !ofLeft || !ofRight || (ofLeft.items.length === 0 && ofRight.items.length === 0)) return undefined
  const at = left.indexOf(ofLeft.text, ofLeft.end - ofLeft.text.length)
  const before = left.slice(0, at) + ofLeft.open
  const cells = new CellWriter(ofLeft, labels, lineCount(before))
  for (const run of runsOf(ofLeft.items, ofRight.items))
    if ('both' in run) cells.cellOf(run.both.value)
    else cells.conflict(run.left, run.right)
  const text = before + cells.text + ofLeft.close + left.slice(ofLeft.end)
  return { text, conflicts: cells.conflicts }
}

function cellsOf(root: DataNode | undefined): DataCollection | undefined {
  const cells = root?.kind === 'map' ? root.items.find(({ key }) => key === 'cells')?.value : undefined
  return cells?.kind === 'list' ? cells : undefined
}

type Run = { readonly both: DataItem } | { readonly left: readonly DataItem[]; readonly right: readonly DataItem[] }

/** Equal cells, and between them those that differ. Both lists come from one merge, so equal cells are in one order. */
function runsOf(left: readonly DataItem[], right: readonly DataItem[]): readonly Run[] {
  const runs: Run[] = []
  let [l, r] = [0, 0]
  const places = new Map<number, number[]>()
  right.forEach(({ value }, i) => places.set(value.id, [...(places.get(value.id) ?? []), i]))
  for (let next = 0; next <= left.length; next++) {
    const place = next === left.length ? right.length : places.get(left[next]!.value.id)?.find((at) => at >= r)
    if (place === undefined) continue
    if (next > l || place > r) runs.push({ left: left.slice(l, next), right: right.slice(r, place) })
    if (next < left.length) runs.push({ both: left[next]! })
    l = next + 1
    r = place + 1
  }
  return runs
}

class CellWriter {
  readonly conflicts: NotebookConflict[] = []
  readonly #labels: ConflictLabels
  readonly #lead: string
  readonly #hasIds: boolean
  #line: number
  readonly #ids = new Set<string>()
  #cells = 0
  text = ''

  constructor({ items, close }: DataCollection, labels: ConflictLabels, line: number) {
    this.#labels = labels
    this.#lead = items[0]?.lead ?? close.slice(0, -1)
    this.#hasIds = items.some(({ value }) => idOf(value) !== undefined)
    this.#line = line
  }

  cell(text: string): void {
    const part = `${this.#cells++ > 0 ? ',' : ''}${this.#lead}${text}`
    this.text += part
    this.#line += lineCount(part)
  }

  /** A cell of the notebooks, under another id where one with its id stands before: both sides may show it, at different places. */
  cellOf(cell: DataNode): void {
    const id = idOf(cell)
    if (id === undefined || !this.#ids.has(id)) this.cell(cell.text)
    else this.cell(withOtherId(cell, this.conflicts.length + 1))
    if (id !== undefined) this.#ids.add(id)
  }

  conflict(left: readonly DataItem[], right: readonly DataItem[]): void {
    const number = this.conflicts.length + 1
    const marker = (sign: string, label: string, part: string) => {
      const source = JSON.stringify(`${sign.repeat(7)}${label === '' ? '' : ` ${label}`}`)
      const id = this.#hasIds ? ` "id": "conflict-${number}-${part}",` : ''
      this.cell(`{ "cell_type": "markdown",${id} "metadata": {}, "source": [${source}] }`)
    }
    const from = this.#line + 1
    marker('<', this.#labels.left, 'left')
    for (const { value } of left) this.cellOf(value)
    marker('=', '', 'between')
    for (const { value } of right) this.cellOf(value)
    marker('>', this.#labels.right, 'right')
    const textOf = (items: readonly DataItem[]) => items.map(({ value }) => `${value.text}\n`).join('')
    this.conflicts.push({ lines: { from, end: this.#line + 1 }, left: textOf(left), right: textOf(right) })
  }
}

function idOf(cell: DataNode): string | undefined {
  return idNode(cell)?.text
}

function idNode(cell: DataNode): DataNode | undefined {
  return cell.kind === 'map' ? cell.items.find(({ key }) => key === 'id')?.value : undefined
}

/** No two cells of a notebook may have one id. */
function withOtherId(cell: DataNode, number: number): string {
  const id = idNode(cell)
  if (!id) return cell.text
  const end = id.end - (cell.end - cell.text.length)
  const other = `"conflict-${number}-${id.text.slice(1, -1).slice(0, 40)}"`
  return cell.text.slice(0, end - id.text.length) + other + cell.text.slice(end)
}

function lineCount(text: string): number {
  return text.split('\n').length - 1
}
