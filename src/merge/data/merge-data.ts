import { editedText } from '../edited-text.ts'
import type { StepBudget } from '../../lib/myers.ts'
import { commentLines } from './comment-lines.ts'
import { areCountsKept, countsOf } from './counts.ts'
import { languageOf } from './data-language.ts'
import { features, ValueIds, type DataFile } from './data-node.ts'
import { DataRules } from './data-rules.ts'
import { findDataFaults } from './find-data-faults.ts'
import { findDoubledElements } from './find-doubled-elements.ts'
import { findNameClashes } from './find-name-clashes.ts'
import { findReferenceClashes } from './find-reference-clashes.ts'
import { findValueLosses } from './find-value-losses.ts'
import { NodeMerge } from './merge-nodes.ts'
import { mergeTrivia } from './merge-trivia.ts'
import { raisesOfDeleted, unraisedPackages } from './package-releases.ts'
import { textsOf, type DataConflict, type Piece } from './piece.ts'
import { inForm, mergedForm, plainText } from './text-form.ts'

/** Longer files are merged by lines, in UTF-16 units. */
export const maxDataLength = 4 << 20

/** Steps of all list diffs of one merge; beyond them it is left to lines. */
const maxDataSteps = 1 << 24

export interface DataMergeInput {
  /** The kind of file is known by it, and which of its lists have keys or no order. */
  readonly path: string
  readonly base: string
  readonly left: string
  readonly right: string
}

/** A clean text; clauses that speak against the one that came out; or three texts that are alike but for the conflicts. */
export type DataMergeResult =
  | { readonly status: 'clean'; readonly text: string }
  | { readonly status: 'doubtful'; readonly doubts: readonly string[] }
  | {
      readonly status: 'conflict'
      readonly base: string
      readonly left: string
      readonly right: string
      readonly conflicts: readonly DataConflict[]
    }

/**
 * Merges three texts of a JSON, YAML or TOML file by keys and elements, with comments, order and layout kept. A clean result was read
 * again and has the values that the sides made. Undefined for what is no such file, cannot be read, or does not come out right.
 */
export function mergeData({ path, ...texts }: DataMergeInput): DataMergeResult | undefined {
  const language = languageOf(path)
  if (!language || [texts.base, texts.left, texts.right].some(({ length }) => length > maxDataLength)) return undefined
  const [base, left, right] = [plainText(texts.base), plainText(texts.left), plainText(texts.right)]
  if (!base || !left || !right) return undefined
  const ids = new ValueIds()
  const files = [base, left, right].map(({ text }) => language.read(text, ids)) as [DataFile, DataFile, DataFile]
  if (files.includes(undefined as never) || !areDuplicatesAlike(files)) return undefined
  const edits = raisesOfDeleted(path, { base: files[0].root, left: files[1].root, right: files[2].root })
  if (edits.length > 0) {
    const withEdits = ({ text, form }: typeof left, side: 'left' | 'right') =>
      // Each is of one value, so none overlaps another.
      inForm(
        editedText(
          text,
          edits.filter((edit) => edit.side === side),
        )!,
        form,
      )
    const [ofLeft, ofRight] = [withEdits(left, 'left'), withEdits(right, 'right')]
    const merged = mergeData({ path, base: texts.base, left: ofLeft, right: ofRight })
    // A conflict shows the sides as they are.
    if (merged && merged.status !== 'conflict') return merged
  }
  const budget: StepBudget = { steps: maxDataSteps }
  const rules = new DataRules(path, texts.base)
  const merge = new NodeMerge(ids, rules, budget, (text) => language.scalarId(text, ids))
  const [ofBase, ofLeft, ofRight] = files
  const root = merge.node(ofBase.root, ofLeft.root, ofRight.root, [])
  if (!root) return undefined
  const pieces: readonly Piece[] = [
    mergeTrivia(ofBase.lead, ofLeft.lead, ofRight.lead, []),
    ...root.pieces,
    mergeTrivia(ofBase.tail, ofLeft.tail, ofRight.tail, []),
  ]
  const merged = textsOf(pieces)
  const form = mergedForm(base.form, left.form, right.form)
  if (merged.conflicts.length > 0) {
    const sides = [merged.base, merged.left, merged.right] as const
    if (!sides.slice(1).every((text) => language.read(text, ids))) return undefined
    const [baseText, leftText, rightText] = sides.map((text) => inForm(text, form)) as [string, string, string]
    return { status: 'conflict', base: baseText, left: leftText, right: rightText, conflicts: merged.conflicts }
  }
  if (!isRight(merged.left, root.id, files, (text) => language.read(text, ids), rules)) return undefined
  const doubts = [
    ...unraisedPackages(path, { base: ofBase.root, left: ofLeft.root, right: ofRight.root }),
    ...findNameClashes(path, language.read(merged.left, ids)!.root, ofLeft.root, ofRight.root),
  ]
  return doubts.length > 0 ? { status: 'doubtful', doubts } : { status: 'clean', text: inForm(merged.left, form) }
}

/** Read again, is the text what was meant, and as good a document as its inputs? */
function isRight(
  text: string,
  id: number | undefined,
  [base, left, right]: readonly [DataFile, DataFile, DataFile],
  read: (text: string) => DataFile | undefined,
  rules: DataRules,
): boolean {
  const file = read(text)
  if (file?.root.id !== id || findDataFaults(file!, left, right).length > 0) return false
  if (findReferenceClashes(file!.root, left.root, right.root).length > 0) return false
  const files = [base, left, right, file!]
  const haveComments = files.some((some) => (some.features & features.comments) !== 0)
  if (haveComments && !areCountsKept(files.map((some) => countsOf(commentLines(some))))) return false
  const roots = { base: base.root, left: left.root, right: right.root, result: file!.root }
  return findDoubledElements(roots, rules).length === 0 && findValueLosses(roots, rules).length === 0
}

/** Where a key stands twice, nobody knows which one a side meant, unless all texts have the same. */
function areDuplicatesAlike(files: readonly DataFile[]): boolean {
  const [first, ...others] = files.map(({ duplicates }) => duplicates.join('\u0000'))
  return others.every((other) => other === first)
}
