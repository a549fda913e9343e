import type { FileTree } from '../trees/file-tree.ts'
import type { FileRename } from '../trees/find-renames.ts'
import type { AcrossFinding, NewPlace } from './across-finding.ts'
import type { Definition, FileSymbols } from './file-symbols.ts'
import { folderOf } from './path-index.ts'
import { rulesOf } from './rules-of.ts'
import type { TreeView } from './tree-view.ts'

/** What a side did to a declaration. */
export interface Happened {
  readonly reason: 'renamed' | 'moved' | 'deleted'
  readonly certainty: AcrossFinding['certainty']
  readonly to?: NewPlace
}

/** A side, with what it made of the base. */
export interface Side {
  readonly base: TreeView
  readonly view: TreeView
  readonly renames: ReadonlyMap<string, FileRename>
  /** Files that the side changed, added or renamed, by their path in it. */
  readonly changed: readonly string[]
}

/** A declaration of fewer tokens may be like another one by chance: that its uses went along has to show that it is the same. */
const tellingTokens = 12
/** The part of tokens that has to be the same for a guess. */
const leastLikeness = 0.6

export function changedBy(base: FileTree, side: FileTree): readonly string[] {
  return [...side].flatMap(([path, { id }]) => (base.get(path)?.id === id ? [] : [path])).sort()
}

/**
 * What a side did to a declaration of the base that is not where it was: certain where one declaration of the side, and no other, says
 * the same under another name in its file, or under its name in another file.
 */
export function whatHappened(side: Side, path: string, definition: Definition, type?: string): Happened {
  const { name } = definition
  const rules = rulesOf(path)
  const successor = side.view.tree.has(path) ? path : side.renames.get(path)?.to
  const files = side.changed.filter((each) => rulesOf(each) === rules)
  const news: Found[] = []
  for (const each of files) {
    const [now, before] = [side.view.symbols(each), side.base.symbols(originOf(side, each))]
    const known = new Set(before ? definitionsOf(before, type !== undefined).map(nameOf) : [])
    for (const added of now ? definitionsOf(now, type !== undefined) : [])
      if (!known.has(nameOf(added))) news.push(added)
  }
  const kept = successor === undefined || successor === path ? undefined : side.view.symbols(successor)
  if (
    kept &&
    definitionsOf(kept, type !== undefined).some((each) => each.definition.name === name && each.type === type)
  )
    return { reason: 'moved', certainty: 'certain', to: { name, path: successor! } }
  const isNear = (each: string) =>
    each === successor || (!side.base.tree.has(each) && folderOf(each) === folderOf(path))
  const moved = news.filter((each) => each.definition.name === name)
  const renamed = news.filter((each) => each.definition.name !== name && isNear(each.path) && each.type === type)
  const same = [...moved, ...renamed].filter((each) => each.definition.content === definition.content)
  if (same.length === 1) return happenedTo(side, files, path, definition, same[0]!)
  const alike = [...moved, ...renamed]
    .map((each) => ({ each, likeness: likeness(each.definition.content, definition.content) }))
    .filter((each) => each.likeness >= leastLikeness)
    .sort((a, b) => b.likeness - a.likeness)
  const [best] = alike
  if (!best) return { reason: 'deleted', certainty: 'certain' }
  const to = placeOf(best.each)
  return { reason: to.name === name ? 'moved' : 'renamed', certainty: 'guessed', to }
}

function happenedTo(side: Side, files: readonly string[], from: string, old: Definition, now: Found): Happened {
  const to = placeOf(now)
  if (to.name === old.name) return { reason: 'moved', certainty: 'certain', to }
  const isTelling = old.content.split(' ').length >= tellingTokens || isInPlace(side, from, old.name, now)
  const isCertain = isTelling || usesWentAlong(side, files, old.name, to.name)
  return { reason: 'renamed', certainty: isCertain ? 'certain' : 'guessed', to }
}

/** Whether the declarations before and behind are the same as before. */
function isInPlace(side: Side, from: string, name: string, now: Found): boolean {
  const [before, after] = [side.base.symbols(from), side.view.symbols(now.path)]
  const names = (symbols: FileSymbols | undefined) =>
    symbols ? definitionsOf(symbols, now.type !== undefined).map(nameOf) : []
  const [old, current] = [names(before), names(after)]
  const [at, to] = [old.indexOf(`${now.type}.${name}`), current.indexOf(nameOf(now))]
  return at >= 0 && old[at - 1] === current[to - 1] && old[at + 1] === current[to + 1]
}

/** Whether the side uses the new name wherever the base used the old one, in the files that it changed. */
function usesWentAlong(side: Side, files: readonly string[], name: string, to: string): boolean {
  let [before, left, after] = [0, 0, 0]
  for (const path of files) {
    const count = (symbols: FileSymbols | undefined, word: string): number =>
      symbols?.uses.filter((use) => use.name === word).length ?? 0
    const now = side.view.symbols(path)
    before += count(side.base.symbols(originOf(side, path)), name)
    left += count(now, name)
    after += count(now, to)
  }
  return before > 0 && left === 0 && after >= before
}

function originOf(side: Side, path: string): string {
  if (side.base.tree.has(path)) return path
  for (const { from, to } of side.renames.values()) if (to === path) return from
  return path
}

/** A declaration of a file, or of a type in it. */
interface Found {
  readonly path: string
  readonly type: string | undefined
  readonly definition: Definition
}

function definitionsOf({ path, definitions }: FileSymbols, ofTypes: boolean): readonly Found[] {
  if (!ofTypes) return [...definitions.values()].map((definition) => ({ path, type: undefined, definition }))
  return [...definitions.values()].flatMap(({ name: type, members }) =>
    [...members.values()].map((definition) => ({ path, type, definition })),
  )
}

function nameOf({ type, definition }: Found): string {
  return `${type}.${definition.name}`
}

function placeOf({ path, type, definition: { name } }: Found): NewPlace {
  return { name, path, ...(type !== undefined && { type }) }
}

/** Dice's coefficient of the tokens. */
function likeness(a: string, b: string): number {
  const counts = new Map<string, number>()
  const [left, right] = [a.split(' '), b.split(' ')]
  for (const token of left) counts.set(token, (counts.get(token) ?? 0) + 1)
  let common = 0
  for (const token of right) {
    const count = counts.get(token) ?? 0
    if (count > 0) common++
    counts.set(token, count - 1)
  }
  return (2 * common) / (left.length + right.length)
}
