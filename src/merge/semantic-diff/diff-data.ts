import { commonRuns } from '../../lib/myers.ts'
import { areSimilar, uniqueIdentities } from '../data/element-keys.ts'
import { languageOf } from '../data/data-language.ts'
import { commentsInside, ValueIds, type DataCollection, type DataItem, type DataNode } from '../data/data-node.ts'
import { DataRules } from '../data/data-rules.ts'
import { pointerOf } from '../data/json-pointer.ts'
import { plainText } from '../data/text-form.ts'
import { maxDataLength } from '../data/merge-data.ts'
import type { LineRange } from '../merge-result.ts'
import type { ChangeKind, SemanticChange } from './file-description.ts'
import { LineStarts } from './line-starts.ts'
import { inOrder } from './match-entities.ts'

/** Steps of all list diffs of one file; beyond them what is left of a list counts as removed and added. */
const maxListSteps = 1 << 22

/** Longer values are cut, in UTF-16 units. */
const maxShownValue = 80

/** The two documents of a data file. */
export interface DataPair {
  readonly before: DataNode
  readonly after: DataNode
  readonly language: string
  readonly changes: readonly SemanticChange[]
}

/**
 * What keys and elements of a JSON, YAML or TOML file were added, removed, changed or moved, by JSON Pointers of the side that has them. A value that is only
 * written in another way has not changed. Undefined for what is no such file, or cannot be read.
 */
export function diffData(path: string, before: string, after: string): DataPair | undefined {
  const language = languageOf(path)
  if (!language || Math.max(before.length, after.length) > maxDataLength) return undefined
  const [one, other] = [plainText(before), plainText(after)]
  if (!one || !other) return undefined
  const ids = new ValueIds()
  const [from, to] = [language.read(one.text, ids), language.read(other.text, ids)]
  if (!from || !to) return undefined
  const diff = new DataDiff(one.text, other.text, new DataRules(path, one.text))
  diff.nodes(from.root, to.root, [], [])
  return { before: from.root, after: to.root, language: language.name.toUpperCase(), changes: diff.changes }
}

interface Located {
  readonly item: DataItem
  readonly path: readonly string[]
}

class DataDiff {
  readonly changes: SemanticChange[] = []
  readonly #before: LineStarts
  readonly #after: LineStarts
  readonly #rules: DataRules
  readonly #budget = { steps: maxListSteps }

  constructor(before: string, after: string, rules: DataRules) {
    this.#before = new LineStarts(before)
    this.#after = new LineStarts(after)
    this.#rules = rules
  }

  nodes(before: DataNode, after: DataNode, path: readonly string[], oldPath: readonly string[]): void {
    if (before.id === after.id && commentsInside(before) === commentsInside(after)) return
    if (before.kind === 'map' && after.kind === 'map') this.#maps(before, after, path, oldPath)
    else if (before.kind === 'list' && after.kind === 'list') this.#lists(before, after, path, oldPath)
    else if (before.id !== after.id) {
      const places = {
        before: this.#before.of(startOf(before), before.end),
        after: this.#after.of(startOf(after), after.end),
      }
      const values = { before: shown(before), after: shown(after) }
      this.#tell('changed', { path, oldPath, entity: 'value', ...places, values })
    }
  }

  #maps(before: DataCollection, after: DataCollection, path: readonly string[], oldPath: readonly string[]): void {
    const known = new Map(before.items.map((item) => [item.key, item]))
    for (const item of after.items) {
      const old = known.get(item.key)
      const [at, oldAt] = [
        [...path, item.key],
        [...oldPath, item.key],
      ]
      if (!old) this.#oneSided('added', 'key', { item, path: at })
      else if (!known.delete(item.key)) continue
      else if (isLeaf(old.value, item.value)) this.#changed('key', { item: old, path: oldAt }, { item, path: at })
      else this.nodes(old.value, item.value, at, oldAt)
    }
    for (const item of known.values()) this.#oneSided('removed', 'key', { item, path: [...oldPath, item.key] })
  }

  #lists(before: DataCollection, after: DataCollection, path: readonly string[], oldPath: readonly string[]): void {
    const rule = this.#rules.of(path)
    const keys = uniqueIdentities(rule, [before.items, after.items])?.keys
    const pairs = keys ? pairsByKey(keys[0]!, keys[1]!) : this.#pairsByValue(before.items, after.items)
    const [old, now] = [new Set(pairs.map(([at]) => at)), new Set(pairs.map(([, at]) => at))]
    const kept = rule === 'set' ? undefined : inOrder(pairs.map(([at]) => at))
    const located = (items: readonly DataItem[], at: number, above: readonly string[]): Located => ({
      item: items[at]!,
      path: [...above, String(at)],
    })
    for (const [i, [from, to]] of pairs.entries()) {
      const [one, other] = [located(before.items, from, oldPath), located(after.items, to, path)]
      if (kept && !kept.has(i)) this.#moved(one, other)
      if (isLeaf(one.item.value, other.item.value)) this.#changed('element', one, other)
      else this.nodes(one.item.value, other.item.value, other.path, one.path)
    }
    for (const at of before.items.keys())
      if (!old.has(at)) this.#oneSided('removed', 'element', located(before.items, at, oldPath))
    for (const at of after.items.keys())
      if (!now.has(at)) this.#oneSided('added', 'element', located(after.items, at, path))
  }

  /** Equal elements in order, and between them those that are alike, if as many went as came. */
  #pairsByValue(before: readonly DataItem[], after: readonly DataItem[]): readonly (readonly [number, number])[] {
    const ids = (items: readonly DataItem[]) => Uint32Array.from(items, ({ value }) => value.id)
    const runs = commonRuns(ids(before), ids(after), this.#budget) ?? []
    const pairs: (readonly [number, number])[] = []
    let [from, to] = [0, 0]
    for (const run of [...runs, { left: before.length, right: after.length, length: 0 }]) {
      const evenCount = run.left - from === run.right - to ? run.left - from : 0
      for (let i = 0; i < evenCount; i++) {
        const [one, other] = [before[from + i]!.value, after[to + i]!.value]
        if (areSimilar(one, other) || (one.kind === 'scalar' && other.kind === 'scalar')) pairs.push([from + i, to + i])
      }
      for (let i = 0; i < run.length; i++) pairs.push([run.left + i, run.right + i])
      from = run.left + run.length
      to = run.right + run.length
    }
    return pairs
  }

  #oneSided(change: 'added' | 'removed', entity: string, { item, path }: Located): void {
    const [side, starts] = change === 'added' ? (['after', this.#after] as const) : (['before', this.#before] as const)
    const lines = starts.of(keyStart(item), item.value.end)
    this.#tell(change, { path, entity, [side]: lines, values: { [side]: shown(item.value) } })
  }

  #changed(entity: string, one: Located, other: Located): void {
    if (one.item.value.id === other.item.value.id) return
    const values = { before: shown(one.item.value), after: shown(other.item.value) }
    this.#tell('changed', { path: other.path, oldPath: one.path, entity, ...this.#both(one, other), values })
  }

  #moved(one: Located, other: Located): void {
    this.#tell('moved', { path: other.path, oldPath: one.path, entity: 'element', ...this.#both(one, other) })
  }

  #both({ item: old }: Located, { item }: Located): { readonly before: LineRange; readonly after: LineRange } {
    return {
      before: this.#before.of(keyStart(old), old.value.end),
      after: this.#after.of(keyStart(item), item.value.end),
    }
  }

  #tell(
    change: ChangeKind,
    {
      path,
      oldPath = path,
      ...told
    }: Pick<SemanticChange, 'entity' | 'before' | 'after' | 'values'> & {
      readonly path: readonly string[]
      readonly oldPath?: readonly string[]
    },
  ): void {
    const [name, oldName] = [pointerOf(path), pointerOf(oldPath)]
    this.changes.push({
      change,
      name,
      ...(oldName !== name && { from: { name: oldName } }),
      parts: [],
      ...told,
      isGuess: false,
    })
  }
}

/** Are two values told as a whole? */
function isLeaf(before: DataNode, after: DataNode): boolean {
  return before.kind === 'scalar' || before.kind !== after.kind
}

function pairsByKey(before: readonly string[], after: readonly string[]): readonly (readonly [number, number])[] {
  const places = new Map(before.map((key, at) => [key, at]))
  return after.flatMap((key, at) => {
    const from = places.get(key)
    return from === undefined ? [] : [[from, at] as const]
  })
}

function startOf(node: DataNode): number {
  return node.end - node.text.length
}

function keyStart({ head, gap, value }: DataItem): number {
  return startOf(value) - gap.length - head.length
}

/** A value on one line. */
function shown({ text }: DataNode): string {
  const line = text
    .slice(0, 4 * maxShownValue)
    .replace(/\s+/g, ' ')
    .trim()
  return line.length > maxShownValue || text.length > 4 * maxShownValue ? `${line.slice(0, maxShownValue - 1)}…` : line
}
