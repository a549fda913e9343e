import { commonRuns } from '../../lib/myers.ts'
import { readList } from './item-list.ts'
import { mergeList } from './merge-list.ts'
import { isRising, mergeGap, mergeValue } from './merge-value.ts'
import { mergeWords } from './merge-words.ts'
import type { Piece } from './pieces.ts'
import type { Place, Source, Versions } from './source.ts'

/** Levels of the trees that a merge goes down into; below them a node is one value. */
const maxDepth = 400

/** The merged text of a node that all three texts hold, or undefined where both sides changed what cannot be taken apart. */
export function mergeNode(versions: Versions, depth = 0): readonly Piece[] | undefined {
  const { base, left, right } = versions
  const texts = [base, left, right].map(textOf) as [string, string, string]
  const equal = mergeValue(...texts)
  if (equal !== undefined) return [equal]
  return mergeInside(versions, depth) ?? mergeByContent(versions, texts)
}

/** One side changed nothing but white space. */
function mergeByContent(
  { base, left, right }: Versions,
  texts: readonly [string, string, string],
): Piece[] | undefined {
  const [baseId, leftId, rightId] = [idOf(base), idOf(left), idOf(right)]
  if (leftId === rightId) return [mergeGap(...texts)]
  if (leftId === baseId) return [texts[2]]
  if (rightId === baseId) return [texts[1]]
  return base.source.isComment(base.node) ? wordsOf(texts) : undefined
}

function wordsOf(texts: readonly [string, string, string]): Piece[] | undefined {
  const text = mergeWords(...texts)
  return text === undefined ? undefined : [text]
}

function mergeInside(versions: Versions, depth: number): readonly Piece[] | undefined {
  const { base, left, right } = versions
  const kind = base.source.kind(base.node)
  const places = [base, left, right]
  if (depth > maxDepth || places.some(({ source, node }) => source.kind(node) !== kind || source.isAtomic(node)))
    return undefined
  const rule = base.source.rules.lists[kind]
  if (rule) {
    const lists = places.map(({ source, node }) => readList(source, node, rule, node === 0))
    const [baseList, leftList, rightList] = lists
    if (baseList && leftList && rightList)
      return mergeList({ base: baseList, left: leftList, right: rightList }, rule, (inner) =>
        mergeNode(inner, depth + 1),
      )
  }
  return mergeChildren(versions, depth)
}

/** A node with parts: each is merged for itself, and only one side may have added or taken away parts. */
function mergeChildren(versions: Versions, depth: number): readonly Piece[] | undefined {
  const { base, left, right } = versions
  const isLeftAlike = hasSameShape(base, left)
  const isRightAlike = hasSameShape(base, right)
  if (isLeftAlike && isRightAlike) return mergeParts(versions, depth)
  if (isRightAlike)
    return mergeReshaped(base, left, right, (node, shaped, other) =>
      mergeNode({ base: node, left: shaped, right: other }, depth + 1),
    )
  if (isLeftAlike)
    return mergeReshaped(base, right, left, (node, shaped, other) =>
      mergeNode({ base: node, left: other, right: shaped }, depth + 1),
    )
  return undefined
}

function hasSameShape(base: Place, side: Place): boolean {
  const children = side.source.children(side.node)
  const baseChildren = base.source.children(base.node)
  return (
    children.length === baseChildren.length &&
    children.every((child, i) => labelOf(side.source, child) === labelOf(base.source, baseChildren[i]!))
  )
}

/** What a part is for its parent: its field and kind. */
function labelOf(source: Source, node: number): string {
  return `${source.fieldOf(node)} ${source.kind(node)}`
}

function mergeParts({ base, left, right }: Versions, depth: number): readonly Piece[] | undefined {
  const [baseParts, leftParts, rightParts] = [base, left, right].map(partsOf) as [Part[], Part[], Part[]]
  const pieces: Piece[] = []
  for (const [i, part] of baseParts.entries()) {
    const [leftPart, rightPart] = [leftParts[i]!, rightParts[i]!]
    const merged = mergeNode({ base: part.place, left: leftPart.place, right: rightPart.place }, depth + 1)
    if (!merged) return undefined
    pieces.push(mergeGap(part.gap, leftPart.gap, rightPart.gap), ...merged)
  }
  return pieces
}

/** `shaped` has other parts than the base; `other` has those of the base, with other contents. */
function mergeReshaped(
  base: Place,
  shaped: Place,
  other: Place,
  merge: (base: Place, shaped: Place, other: Place) => readonly Piece[] | undefined,
): readonly Piece[] | undefined {
  const [baseParts, shapedParts, otherParts] = [base, shaped, other].map(partsOf) as [Part[], Part[], Part[]]
  const origins = alignParts(baseParts, shapedParts)
  const isKept = new Set(origins)
  for (const [i, part] of baseParts.entries())
    if (!isKept.has(i) && idOf(part.place) !== idOf(otherParts[i]!.place)) return undefined
  const pieces: Piece[] = []
  for (const [i, part] of shapedParts.entries()) {
    const origin = origins[i]!
    const merged =
      origin < 0 ? [textOf(part.place)] : merge(baseParts[origin]!.place, part.place, otherParts[origin]!.place)
    if (!merged) return undefined
    pieces.push(part.gap, ...merged)
  }
  return pieces
}

/** For each part of a side the one of the base that it was: an equal one, or the only one with its field and kind between such. */
function alignParts(base: readonly Part[], side: readonly Part[]): readonly number[] {
  const origins = Array.from({ length: side.length }, () => -1)
  const ids = (parts: readonly Part[]): Uint32Array => Uint32Array.from(parts, (part) => idOf(part.place))
  for (const { left, right, length } of commonRuns(ids(base), ids(side), { steps: 1 << 20 }) ?? [])
    for (let i = 0; i < length; i++) origins[right + i] = left + i
  let from = 0
  let baseFrom = 0
  for (let at = 0; at <= side.length; at++) {
    const baseTo = at === side.length ? base.length : origins[at]!
    if (baseTo < 0) continue
    for (let i = from; i < at; i++) {
      const isAlike = (part: Part): boolean => part.label === side[i]!.label
      const candidates = base.slice(baseFrom, baseTo).filter(isAlike)
      if (candidates.length === 1 && side.slice(from, at).filter(isAlike).length === 1)
        origins[i] = base.indexOf(candidates[0]!)
    }
    from = at + 1
    baseFrom = baseTo + 1
  }
  return isRising(origins.filter((origin) => origin >= 0)) ? origins : origins.map(() => -1)
}

/** A child with the white space before it. */
interface Part {
  readonly place: Place
  readonly gap: string
  readonly label: string
}

function partsOf({ source, node }: Place): Part[] {
  let at = source.tree.start[node]!
  return source.children(node).map((child) => {
    const gap = source.text.slice(at, source.tree.start[child])
    at = source.tree.end[child]!
    return { place: { source, node: child }, gap, label: labelOf(source, child) }
  })
}

function textOf({ source, node }: Place): string {
  return source.textOf(node)
}

function idOf({ source, node }: Place): number {
  return source.ids[node]!
}
