import type { Sources } from '../structure/merge-structure.ts'
import { nameOf } from '../structure/name-of.ts'
import type { Place, Source } from '../structure/source.ts'
import { areAlike, type CommonParts } from './common-parts.ts'
import type { Finding } from './finding.ts'

/**
 * Declarations that one side changed, took away or left alone, and that a merged text does not have as that side does. Where a text holds much the same
 * thing twice lines may put a change into the wrong one: nothing is lost, so that no other check finds it. Declarations are known by their names, within
 * those that both sides changed; a name that stands twice tells nothing.
 */
export function strayChanges({ base, left, right }: Sources, merged: Source, common?: CommonParts): readonly Finding[] {
  const findings: Finding[] = []
  // What common parts declare is as it is expected, unless there is more of that name.
  let unread = common
  const look = (versions: Versions, name: string): void => {
    const expected = expectedOf(versions)
    if (isRevived(versions)) findings.push({ check: 'changes', name })
    else if (expected === 'merged') {
      const inner = innerOf(versions, unread)
      if (inner) for (const [name, each] of inner) look(each, name)
      else findings.push({ check: 'changes', name })
    } else if (expected !== 'unknown' && expected !== idOf(versions.merged)) findings.push({ check: 'changes', name })
  }
  const root = (source: Source): Place => ({ source, node: 0 })
  const lookAtAll = () => look({ base: root(base), left: root(left), right: root(right), merged: root(merged) }, '')
  lookAtAll()
  if (!unread || findings.length === 0) return findings
  unread = undefined
  findings.length = 0
  lookAtAll()
  return findings
}

/** One declaration in the texts that have it. */
interface Versions {
  readonly base: Place | undefined
  readonly left: Place | undefined
  readonly right: Place | undefined
  readonly merged: Place | undefined
}

/**
 * The identity that a merged text has to have, undefined for none. What one side alone has may be a thing of the base under a new name, in which the
 * other side changed something: that is unknown.
 */
function expectedOf({ base, left, right }: Versions): number | undefined | 'merged' | 'unknown' {
  const [was, one, other] = [base, left, right].map(idOf)
  if (one === other) return one
  if (!base) return 'unknown'
  if (other === was) return one
  return one === was ? other : 'merged'
}

/** Is there what one side took away, or gave another name, while the other one changed it? Where that moved it, too, lines may keep it without a word. */
function isRevived({ base, left, right, merged }: Versions): boolean {
  const kept = left ?? right
  return (
    base !== undefined && merged !== undefined && !(left && right) && kept !== undefined && idOf(kept) !== idOf(base)
  )
}

function idOf(place: Place | undefined): number | undefined {
  return place && place.source.ids[place.node]
}

/**
 * The declarations within one that all texts have, by name; without those whose name stands twice in one of the texts. Undefined where common parts that
 * are not to be read stand at other places.
 */
function innerOf(
  { base, left, right, merged }: Versions,
  unread: CommonParts | undefined,
): ReadonlyMap<string, Versions> | undefined {
  const inner = new Map<string, Versions>()
  if (!base || !left || !right || !merged) return inner
  const inLists: boolean[][] = [[], [], [], []]
  const [inBase, inLeft, inRight, inMerged] = [base, left, right, merged].map((place, i) =>
    declaredIn(place, unread?.numbers(place.source), inLists[i]!),
  ) as [Declared, Declared, Declared, Declared]
  if (!areAlike(inLists)) return undefined
  const all = [inBase, inLeft, inRight, inMerged]
  for (const name of new Set([...inBase.keys(), ...inLeft.keys()]))
    if (all.every((declared) => declared.get(name) !== 'twice'))
      inner.set(name, {
        base: placeOf(inBase, name),
        left: placeOf(inLeft, name),
        right: placeOf(inRight, name),
        merged: placeOf(inMerged, name),
      })
  return inner
}

type Declared = ReadonlyMap<string, Place | 'twice'>

function placeOf(declared: Declared, name: string): Place | undefined {
  const place = declared.get(name)
  return place === 'twice' ? undefined : place
}

/**
 * What is declared within a node, but not within another declaration there. `parts` are not read; `inLists` gets by their number whether they stand in a
 * list.
 */
function declaredIn({ source, node }: Place, parts: Int32Array | undefined, inLists: boolean[]): Declared {
  const declared = new Map<string, Place | 'twice'>()
  const visit = (parent: number): void => {
    const isList = source.rules.lists[source.kind(parent)] !== undefined
    for (const child of source.children(parent)) {
      const part = parts?.[child]
      if (part) {
        inLists[part] = isList
        continue
      }
      const name = isList ? nameOf(source, child) : undefined
      if (name !== undefined) declared.set(name, declared.has(name) ? 'twice' : { source, node: child })
      else if (!source.isAtomic(child)) visit(child)
    }
  }
  visit(node)
  return declared
}
