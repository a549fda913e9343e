import { commonRuns } from '../../lib/myers.ts'
import { isRising } from '../../lib/rises.ts'
import { mergeAsData } from '../merge-as-data.ts'
import { mergeByLines } from '../merge-by-lines.ts'
import { areChainsApart } from './chain.ts'
import { containingSide } from './contained-change.ts'
import { readList } from './item-list.ts'
import { mergeList } from './merge-list.ts'
import { mergeGap, mergeValue } from './merge-value.ts'
import { mergeWords } from './merge-words.ts'
import { mergeWrapped } from './merge-wrapped.ts'
import type { Piece } from './pieces.ts'
import { isOtherRoutine } from './renamed-routine.ts'
import type { Place, Source, Versions } from './source.ts'

/** Levels of the trees that a merge goes down into; below them a node is one value. */
const maxDepth = 400

/** The merged text of a node that all three texts hold, or undefined where both sides changed what cannot be taken apart. */
export function mergeNode(versions: Versions, depth = 0): readonly Piece[] | undefined {
  const { base, left, right } = versions
  const texts = [base, left, right].map(textOf) as [string, string, string]
  const equal = mergeValue(...texts)
  if (equal !== undefined) return [equal]
  const path = base.source.rules.embedded[base.source.kind(base.node)]
  if (path !== undefined) return mergeEmbedded(path, texts)
  return (
    mergeInside(versions, depth) ??
    mergeWrapped(versions, (inner) => mergeNode(inner, depth + 1)) ??
    mergeByContent(versions, texts)
  )
}

/** A text of another language within this one. */
function mergeEmbedded(path: string, [base, left, right]: readonly [string, string, string]): Piece[] | undefined {
  const input = { path, base, left, right }
  const lines = mergeByLines(input)
  const merged = mergeAsData(input, lines) ?? lines
  return merged.status === 'clean' ? [merged.text] : undefined
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
  const words = base.source.isComment(base.node) ? wordsOf(texts) : undefined
  return words ?? (base.source.isComment(base.node) || !base.source.isAtomic(base.node) ? containing(texts) : undefined)
}

/** One side did all that the other one did, and more. */
function containing(texts: readonly [string, string, string]): Piece[] | undefined {
  const side = containingSide(...texts)
  return side && [side === 'left' ? texts[1] : texts[2]]
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
  // Arguments of one line are read, and changed, together, also where a side broke the line.
  if (base.source.rules.arguments.includes(kind) && !textOf(base).includes('\n')) return undefined
  if (base.source.rules.whole.includes(kind)) return undefined
  const rule = base.source.rules.lists[kind]
  if (rule) {
    const lists = places.map(({ source, node }) => readList(source, node, rule, node === 0))
    const [baseList, leftList, rightList] = lists
    const merged =
      baseList &&
      leftList &&
      rightList &&
      mergeList({ base: baseList, left: leftList, right: rightList }, rule, (inner) => mergeNode(inner, depth + 1))
    // What stands before the items may have parts that can be merged.
    if (merged || (leftList && rightList && leftList.open === rightList.open)) return merged
  }
  return mergeChildren(versions, depth)
}

/** A node with parts: each is merged for itself. Where one side added or took away parts the other one may not have done so. */
function mergeChildren({ base, left, right }: Versions, depth: number): readonly Piece[] | undefined {
  if (isOtherRoutine({ base, left, right }) || areChainsApart({ base, left, right })) return undefined
  const [baseParts, leftParts, rightParts] = [base, left, right].map(partsOf) as [Part[], Part[], Part[]]
  const inLeft = placesOf(baseParts, leftParts)
  const inRight = placesOf(baseParts, rightParts)
  const mergeSpace = base.source.isVerbatim(base.node) ? mergeValue : mergeGap
  const pieces: Piece[] = []
  let from = { base: 0, left: 0, right: 0 }
  for (let at = 0; at <= baseParts.length; at++) {
    const isEnd = at === baseParts.length
    const to = {
      base: at,
      left: isEnd ? leftParts.length : inLeft[at]!,
      right: isEnd ? rightParts.length : inRight[at]!,
    }
    if (to.left < 0 || to.right < 0) continue
    const between = mergeBetween(
      baseParts.slice(from.base, to.base),
      leftParts.slice(from.left, to.left),
      rightParts.slice(from.right, to.right),
    )
    if (!between) return undefined
    pieces.push(...between)
    if (isEnd) return pieces
    const [part, leftPart, rightPart] = [baseParts[at]!, leftParts[to.left]!, rightParts[to.right]!]
    const merged = mergeNode({ base: part.place, left: leftPart.place, right: rightPart.place }, depth + 1)
    if (!merged) return undefined
    const gap = mergeSpace(part.gap, leftPart.gap, rightPart.gap)
    if (gap === undefined) return undefined
    pieces.push(gap, ...merged)
    from = { base: at + 1, left: to.left + 1, right: to.right + 1 }
  }
  return pieces
}

/** Parts that do not stand in all three texts: those of the side that changed something. */
function mergeBetween(
  base: readonly Part[],
  left: readonly Part[],
  right: readonly Part[],
): readonly Piece[] | undefined {
  const textsOf = (parts: readonly Part[]): readonly Piece[] => parts.flatMap(({ gap, place }) => [gap, textOf(place)])
  if (saySame(left, base)) return textsOf(right)
  if (saySame(right, base)) return textsOf(left)
  if (!saySame(left, right)) return undefined
  // Both did the same, but only one of them may have lined it up anew.
  return left.flatMap(({ gap, place }, i) => [mergeGap(base[i]?.gap ?? '', gap, right[i]!.gap), textOf(place)])
}

function saySame(left: readonly Part[], right: readonly Part[]): boolean {
  return left.length === right.length && left.every(({ place }, i) => idOf(place) === idOf(right[i]!.place))
}

/** For each part of the base its place in a side, or -1. */
function placesOf(base: readonly Part[], side: readonly Part[]): readonly number[] {
  if (base.length === side.length && base.every(({ label }, i) => label === side[i]!.label))
    return base.map((_, i) => i)
  const places = base.map(() => -1)
  for (const [place, origin] of alignParts(base, side).entries()) if (origin >= 0) places[origin] = place
  return places
}

/** What a part is for its parent: its field and kind. */
function labelOf(source: Source, node: number): string {
  return `${source.fieldOf(node)} ${source.kind(node)}`
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
