import { similarity } from '../structure/match-items.ts'
import type { Entity } from './entity.ts'

export interface EntityPair {
  readonly before: Entity
  readonly after: Entity
  /** Only likeness says that they are one. */
  readonly isGuess: boolean
  /** `reordered`: in what it was in, but not in the order of the others there. `elsewhere`: under another name, in another entity or file. */
  readonly place: 'same' | 'reordered' | 'elsewhere'
}

export interface EntityMatches {
  readonly pairs: readonly EntityPair[]
  /** Outermost entities that only one side has. */
  readonly removed: readonly Entity[]
  readonly added: readonly Entity[]
}

/** From this likeness on an entity may be another that was renamed and changed. */
const minSimilarity = 0.6

/** By so much the likeness has to be greater than to any other. */
const minLead = 0.2

/** Shorter contents are alike by chance, in characters of `content`: about eight tokens. */
const minTellingContent = 24

/** Pairs of entities that are compared for likeness in one diff. */
const maxComparisons = 2000

/** The entities of one file on both sides: those of one kind and name in one place are the same, in their order where there are several. */
export function matchInPlace(before: readonly Entity[], after: readonly Entity[]): EntityMatches {
  const waiting = new Map<string, Entity[]>()
  for (const entity of after) pushTo(waiting, keyOf(entity), entity)
  const found: { readonly before: Entity; readonly after: Entity }[] = []
  const removed: Entity[] = []
  for (const entity of before) {
    const other = waiting.get(keyOf(entity))?.shift()
    if (other) found.push({ before: entity, after: other })
    else removed.push(entity)
  }
  const kept = inOrder(found.map(({ after: { start } }) => start))
  const inner = found.map((pair) => matchInPlace(pair.before.members, pair.after.members))
  return {
    pairs: [
      ...found.map((pair, i) => ({
        ...pair,
        isGuess: false,
        place: kept.has(i) || pair.before.kind === 'import' ? ('same' as const) : ('reordered' as const),
      })),
      ...inner.flatMap(({ pairs }) => pairs),
    ],
    removed: [...removed, ...inner.flatMap((matches) => matches.removed)],
    added: [...[...waiting.values()].flat(), ...inner.flatMap(({ added }) => added)],
  }
}

/**
 * Finds what was renamed or moved among the entities that found no partner in their place, of all files of a diff. Certain is what says the same but for its
 * name and stands once; a guess is what is the only one of its name, or more alike than all others.
 */
export function matchElsewhere(removed: readonly Entity[], added: readonly Entity[]): EntityMatches {
  const matching = new Elsewhere()
  matching.round(removed, added)
  const [gone, come] = [() => [...removed, ...matching.removed], () => [...added, ...matching.added]]
  // What a whole entity was taken from, or put into, may hold the one that is looked for.
  const inner = (entities: readonly Entity[]) =>
    matching.unmatched(entities).flatMap((entity) => [...entity.withMembers()])
  matching.round(inner(gone()), inner(come()))
  return { pairs: matching.pairs, removed: matching.unmatched(gone()), added: matching.unmatched(come()) }
}

class Elsewhere {
  readonly pairs: EntityPair[] = []
  /** Members of pairs that have no partner in theirs. */
  readonly removed: Entity[] = []
  readonly added: Entity[] = []
  readonly #taken = new Set<Entity>()
  #comparisonsLeft = maxComparisons

  unmatched(entities: readonly Entity[]): readonly Entity[] {
    return entities.filter((entity) => !this.#taken.has(entity))
  }

  round(removed: readonly Entity[], added: readonly Entity[]): void {
    this.#pairUnique(removed, added, false, ({ kind, content, source }) =>
      content.length < minTellingContent ? undefined : `${source.tree.grammar.name} ${kind} ${content}`,
    )
    this.#pairUnique(removed, added, true, ({ kind, name }) => `${kind} ${name}`, minSimilarity - minLead)
    this.#pairAlike(this.unmatched(removed), this.unmatched(added))
  }

  #pairUnique(
    removed: readonly Entity[],
    added: readonly Entity[],
    isGuess: boolean,
    keyOf: (entity: Entity) => string | undefined,
    least = 0,
  ): void {
    const places = uniques(this.unmatched(added), keyOf)
    for (const [key, before] of uniques(this.unmatched(removed), keyOf)) {
      const after = places.get(key)
      if (before && after && (least === 0 || this.#likeness(before, after) >= least)) this.#pair(before, after, isGuess)
    }
  }

  #pairAlike(removed: readonly Entity[], added: readonly Entity[]): void {
    const kinds = new Set(removed.map(({ kind }) => kind))
    kinds.delete('import')
    for (const kind of kinds) {
      const [gone, come] = [removed, added].map((entities) => entities.filter((entity) => entity.kind === kind))
      if (gone!.length * come!.length <= this.#comparisonsLeft) this.#pairMostAlike(gone!, come!)
    }
  }

  #pairMostAlike(removed: readonly Entity[], added: readonly Entity[]): void {
    const all = removed.flatMap((before) =>
      added.map((after) => ({ before, after, alike: this.#likeness(before, after) })),
    )
    for (const { before, after, alike } of all) {
      const hasRival = all.some(
        (other) => (other.before === before) !== (other.after === after) && other.alike > alike - minLead,
      )
      if (alike >= minSimilarity && !hasRival) this.#pair(before, after, true)
    }
  }

  /** Numbers of tokens are equal among texts of one language only. */
  #likeness(before: Entity, after: Entity): number {
    const isOneLanguage = before.source.identities === after.source.identities
    return !isOneLanguage || --this.#comparisonsLeft < 0 ? 0 : similarity(before, after)
  }

  #pair(before: Entity, after: Entity, isGuess: boolean): void {
    this.pairs.push({ before, after, isGuess, place: 'elsewhere' })
    for (const entity of [...before.withMembers(), ...after.withMembers()]) this.#taken.add(entity)
    const inner = matchInPlace(before.members, after.members)
    this.pairs.push(...inner.pairs)
    for (const one of inner.removed) this.#taken.delete(one)
    for (const one of inner.added) this.#taken.delete(one)
    this.removed.push(...inner.removed)
    this.added.push(...inner.added)
  }
}

/** Places of numbers that are a longest run in ascending order. */
export function inOrder(numbers: readonly number[]): ReadonlySet<number> {
  const before: number[] = []
  /** For each length the place at which the run with the least end ends. */
  const ends: number[] = []
  for (const [at, number] of numbers.entries()) {
    let [low, high] = [0, ends.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (numbers[ends[middle]!]! < number) low = middle + 1
      else high = middle
    }
    before.push(ends[low - 1] ?? -1)
    ends[low] = at
  }
  const run = new Set<number>()
  for (let at = ends.at(-1) ?? -1; at >= 0; at = before[at]!) run.add(at)
  return run
}

function keyOf({ kind, name }: Entity): string {
  return `${kind} ${name}`
}

/** The entity of each key; undefined for keys that stand several times. */
function uniques(
  entities: readonly Entity[],
  keyOf: (entity: Entity) => string | undefined,
): ReadonlyMap<string, Entity | undefined> {
  const found = new Map<string, Entity | undefined>()
  for (const entity of entities) {
    const key = keyOf(entity)
    if (key !== undefined) found.set(key, found.has(key) ? undefined : entity)
  }
  return found
}

function pushTo<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key)
  if (list) list.push(value)
  else lists.set(key, [value])
}
