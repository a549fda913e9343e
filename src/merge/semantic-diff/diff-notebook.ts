import { commonRuns } from '../../lib/myers.ts'
import type { DataNode } from '../data/data-node.ts'
import { plainText } from '../data/text-form.ts'
import type { LineRange } from '../merge-result.ts'
import { diffData, type DataPair } from './diff-data.ts'
import type { ChangedPart, SemanticChange } from './file-description.ts'
import { inOrder } from './match-entities.ts'

/** Steps of the diff of cells. */
const maxCellSteps = 1 << 22

/** From this share of common lines on a cell may be another that was changed. */
const minSharedLines = 0.5

/** A cell of a notebook (nbformat 4), with what of it may differ. */
interface Cell {
  readonly id: string | undefined
  readonly kind: string
  readonly source: string
  /** As JSON. */
  readonly outputs: string
  readonly metadata: string
  readonly count: string
  readonly lines: LineRange
}

/**
 * What cells of a notebook were added, removed, changed or moved: known by their ids, else by their source, else by the likeness of what stands
 * between such cells. All else of the notebook is compared as data.
 */
export function diffNotebook(path: string, before: string, after: string): DataPair | undefined {
  const data = diffData(path, before, after)
  const [old, now] = [
    data && cellsOf(data.before, plainText(before)!.text),
    data && cellsOf(data.after, plainText(after)!.text),
  ]
  if (!data || !old || !now) return data
  const pairs = matchCells(old, now)
  const kept = inOrder(pairs.map(([from]) => from))
  const [from, to] = [new Set(pairs.map(([at]) => at)), new Set(pairs.map(([, at]) => at))]
  const changes: SemanticChange[] = []
  for (const [i, [at, place, isGuess = false]] of pairs.entries()) {
    const parts = changedParts(old[at]!, now[place]!)
    const change = kept.has(i) ? 'changed' : 'moved'
    if (change === 'changed' && parts.length === 0) continue
    const places = { before: old[at]!.lines, after: now[place]!.lines }
    const was = at === place ? {} : { from: { name: nameOf(at) } }
    changes.push({ change, entity: `${now[place]!.kind} cell`, name: nameOf(place), ...was, parts, ...places, isGuess })
  }
  const alone = (change: 'added' | 'removed', cell: Cell, at: number): SemanticChange => {
    const side = change === 'added' ? 'after' : 'before'
    return { change, entity: `${cell.kind} cell`, name: nameOf(at), parts: [], [side]: cell.lines, isGuess: false }
  }
  for (const [at, cell] of old.entries()) if (!from.has(at)) changes.push(alone('removed', cell, at))
  for (const [at, cell] of now.entries()) if (!to.has(at)) changes.push(alone('added', cell, at))
  const rest = data.changes.filter(({ name, from: was }) => !isInCells(name) && !isInCells(was?.name ?? ''))
  return { ...data, changes: [...rest, ...changes] }
}

function isInCells(pointer: string): boolean {
  return pointer === '/cells' || pointer.startsWith('/cells/')
}

function nameOf(at: number): string {
  return `/cells/${at}`
}

function cellsOf(root: DataNode, text: string): readonly Cell[] | undefined {
  const list = root.kind === 'map' ? root.items.find(({ key }) => key === 'cells')?.value : undefined
  if (list?.kind !== 'list') return undefined
  const cells: Cell[] = []
  let [line, at] = [0, 0]
  for (const { value: node } of list.items) {
    let value: unknown
    try {
      value = JSON.parse(node.text)
    } catch {
      return undefined
    }
    if (typeof value !== 'object' || value === null) return undefined
    const start = node.end - node.text.length
    line += breaksIn(text, at, start)
    const cell = value as Readonly<Record<string, unknown>>
    const end = line + breaksIn(text, start, node.end) + 1
    cells.push({
      id: typeof cell.id === 'string' ? cell.id : undefined,
      kind: typeof cell.cell_type === 'string' ? cell.cell_type : 'unknown',
      source: Array.isArray(cell.source) ? cell.source.join('') : typeof cell.source === 'string' ? cell.source : '',
      outputs: JSON.stringify([cell.outputs, cell.attachments]),
      metadata: JSON.stringify(cell.metadata ?? null),
      count: JSON.stringify(cell.execution_count ?? null),
      lines: { from: line, end },
    })
    line = end - 1
    at = node.end
  }
  return cells
}

function breaksIn(text: string, from: number, end: number): number {
  let count = 0
  for (let at = text.indexOf('\n', from); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) count++
  return count
}

function changedParts(before: Cell, after: Cell): readonly ChangedPart[] {
  const parts: ChangedPart[] = []
  if (before.kind !== after.kind) parts.push('kind')
  if (before.source !== after.source) parts.push('source')
  if (before.outputs !== after.outputs) parts.push('outputs')
  if (before.metadata !== after.metadata) parts.push('metadata')
  if (before.count !== after.count) parts.push('execution count')
  return parts
}

type CellPair = readonly [before: number, after: number, isGuess?: boolean]

/** In the order of the cells after. */
function matchCells(before: readonly Cell[], after: readonly Cell[]): readonly CellPair[] {
  const pairs = pairsById(before, after)
  const rest = (cells: readonly Cell[], side: 0 | 1) => {
    const taken = new Set(pairs.map((pair) => pair[side]))
    return [...cells.keys()].filter((at) => !taken.has(at))
  }
  const [old, now] = [rest(before, 0), rest(after, 1)]
  const known = new Map<string, number>()
  const idOf = ({ kind, source }: Cell): number => {
    const key = `${kind} ${source}`
    const id = known.get(key) ?? known.size
    known.set(key, id)
    return id
  }
  const ids = (cells: readonly Cell[], places: readonly number[]) => Uint32Array.from(places, (at) => idOf(cells[at]!))
  const runs = commonRuns(ids(before, old), ids(after, now), { steps: maxCellSteps }) ?? []
  let [from, to] = [0, 0]
  for (const run of [...runs, { left: old.length, right: now.length, length: 0 }]) {
    pairs.push(...likePairs(before, after, old.slice(from, run.left), now.slice(to, run.right)))
    for (let i = 0; i < run.length; i++) pairs.push([old[run.left + i]!, now[run.right + i]!])
    from = run.left + run.length
    to = run.right + run.length
  }
  return pairs.sort((one, other) => one[1] - other[1])
}

function pairsById(before: readonly Cell[], after: readonly Cell[]): CellPair[] {
  const places = new Map<string, number>()
  for (const [at, { id }] of before.entries()) if (id !== undefined) places.set(id, places.has(id) ? -1 : at)
  const pairs: CellPair[] = []
  for (const [at, { id }] of after.entries()) {
    const from = id === undefined ? undefined : places.get(id)
    if (from === undefined || from < 0) continue
    places.delete(id!)
    pairs.push([from, at])
  }
  return pairs
}

/** Cells between equal ones that are alike, each with the first that is alike enough, in order. */
function likePairs(
  before: readonly Cell[],
  after: readonly Cell[],
  old: readonly number[],
  now: readonly number[],
): readonly CellPair[] {
  const pairs: CellPair[] = []
  let next = 0
  for (const at of old) {
    const found = now.slice(next).findIndex((place) => areAlike(before[at]!, after[place]!))
    if (found < 0) continue
    pairs.push([at, now[next + found]!, true])
    next += found + 1
  }
  return pairs
}

function areAlike(one: Cell, other: Cell): boolean {
  if (one.kind !== other.kind) return false
  const [lines, others] = [one.source.split('\n'), other.source.split('\n')]
  const known = new Set(lines)
  const shared = others.filter((line) => known.has(line)).length
  return shared > 0 && shared >= minSharedLines * Math.max(lines.length, others.length)
}
