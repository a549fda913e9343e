import { checkMerge } from './checks/check-merge.ts'
import type { Finding } from './checks/finding.ts'
import { movedStatements, withMovedChanges } from './extraction/extractions.ts'
import { replacedNames } from './checks/replaced-names.ts'
import { strayProse } from './checks/stray-prose.ts'
import { languageOf } from './languages/language-of.ts'
import { conflictByLines, mergeByLines } from './merge-by-lines.ts'
import type { MergeCertificate, MergeCheck, MergeTextInput, MergeTextResult, UnboundText } from './merge-result.ts'
import { mergeVersion } from './merge-version.ts'
import { withReplayedNames } from './replayed-names.ts'
import { withHigherVersions } from './raised-versions.ts'
import { mergeStructure, type Sources } from './structure/merge-structure.ts'
import { Identities } from './structure/identities.ts'
import { Source } from './structure/source.ts'
import type { TextParser } from './syntax/text-parser.ts'

/**
 * Merges by syntax trees what lines could not merge, and checks every clean result against the trees. What lines merged stands if it
 * passes; else the trees may do better, and if they do not it is a conflict. Undefined for files of unknown languages, and for texts that are
 * out of bounds: then lines alone decide.
 */
export function mergeBySyntax(
  input: MergeTextInput,
  before: MergeTextResult | undefined,
  parser: TextParser | undefined,
): MergeTextResult | undefined {
  const language = languageOf(input.path, input.base)
  const rules = language?.merge
  if (!rules || !before || !parser) return undefined
  const merge = (texts: MergeTextInput, lines: MergeTextResult): MergeTextResult | undefined => {
    const identities = new Identities()
    using versions = parser.versions(identities.lines)
    const known: Source[] = []
    const read = (text: string): Source | undefined => {
      const outcome = versions.parse(text)
      if (outcome.status !== 'parsed') return undefined
      const source = new Source(outcome.tree, language, rules, identities, known)
      known.push(source)
      return source
    }
    const sources = readSources(texts, read)
    first ??= sources
    return sources && mergeSources(texts, lines, sources, read)
  }
  let first: Sources | undefined
  const merged = merge(input, before)
  if (first && (merged ?? before).status === 'conflict') {
    const replayed = withReplayedNames(input, first)
    const again = replayed && merge(replayed, mergeByLines(replayed))
    if (again?.status === 'clean') return withCheck(again, 'names')
  }
  const moved = first ? withMovedStatements(input, first, merged ?? before, merge) : undefined
  if (moved) return moved
  const raised = (merged ?? before).status === 'conflict' ? withHigherVersions(input) : undefined
  const again = raised && merge(raised, mergeByLines(raised))
  return again?.status === 'clean' ? withCheck(again, 'versions') : merged
}

type Merge = (texts: MergeTextInput, lines: MergeTextResult) => MergeTextResult | undefined

/**
 * Changes of statements that the other side made a function of, or put where it was called, are made where these are now. Where that is not certain the conflict says what became of the
 * statements; what cannot be right there is none of a clean merge.
 */
function withMovedStatements(
  input: MergeTextInput,
  sources: Sources,
  result: MergeTextResult,
  merge: Merge,
): MergeTextResult | undefined {
  const found = movedStatements(sources)
  const isStray = found.some(({ edits }) => edits.status === 'stray')
  if (found.length === 0 || (result.status === 'clean' && !isStray)) return undefined
  const moved = result.status === 'conflict' && !isStray ? withMovedChanges(input, found) : undefined
  const again = moved && merge(moved, mergeByLines(moved))
  if (again?.status === 'clean') return withCheck(again, 'extractions')
  const conflict = result.status === 'conflict' ? result : conflictByLines(input, 'check')
  if (conflict.status === 'clean') return undefined
  return { ...conflict, findings: [...(conflict.findings ?? []), ...found.map(({ finding }) => finding)] }
}

function withCheck(merged: MergeTextResult & { readonly status: 'clean' }, check: MergeCheck): MergeTextResult {
  const { version, checks } = merged.certificate
  return { ...merged, certificate: { version, checks: [...checks, check] } }
}

/** Undefined where one of the texts is out of bounds; a text that takes long to be given up is not followed by others. */
function readSources(
  texts: Readonly<Record<keyof Sources, string>>,
  read: (text: string) => Source | undefined,
): Sources | undefined {
  const base = read(texts.base)
  const left = base && read(texts.left)
  const right = left && read(texts.right)
  return right && { base, left, right }
}

function mergeSources(
  input: MergeTextInput,
  lines: MergeTextResult,
  sources: Sources,
  read: (text: string) => Source | undefined,
): MergeTextResult | undefined {
  const check = (text: string, isByStructure = false): readonly Finding[] => {
    const merged = read(text)
    if (!merged) return [{ check: 'syntax', name: '' }]
    return [
      ...checkMerge(sources, merged),
      ...(isByStructure ? [...strayProse(sources, merged), ...replacedNames(sources, merged)] : []),
    ]
  }
  const findings = lines.status === 'clean' ? check(lines.text) : []
  if (lines.status === 'clean' && findings.length === 0)
    return { ...lines, certificate: certificateOf('lines', sources) }
  const merged = mergeStructure(sources, input)
  const faults = merged?.conflicts.length === 0 ? check(merged.text, true) : undefined
  if (merged && faults?.length === 0)
    return { status: 'clean', text: merged.text, conflicts: [], certificate: certificateOf('structure', sources) }
  const unbound = unboundText(lines.text, findings) ?? (merged && unboundText(merged.text, faults ?? []))
  const isShown = merged !== undefined && merged.conflicts.length > 0
  // Where one name was added twice the trees show both; of other findings they know nothing.
  if (isShown && findings.every((finding) => finding.check === 'duplicates'))
    return { status: 'conflict', ...merged, ...(findings.length > 0 && { findings }) }
  if (lines.status === 'conflict') {
    const clashes = faults?.filter(({ check }) => check === 'wire' || check === 'renames') ?? []
    if (clashes.length === 0 && !unbound) return undefined
    return { ...lines, ...(clashes.length > 0 && { findings: clashes }), ...(unbound && { unbound }) }
  }
  const { text, conflicts } = conflictByLines(input, 'check')
  return { status: 'conflict', text, conflicts, findings, ...(unbound && { unbound }) }
}

/** A merged text, if names are all that speaks against it. */
function unboundText(text: string, findings: readonly Finding[]): UnboundText | undefined {
  const names = [...new Set(findings.map(({ name }) => name))]
  const isOfNames = findings.every(({ check }) => check === 'bindings' || check === 'renames')
  return names.length > 0 && isOfNames ? { text, names } : undefined
}

function certificateOf(way: 'lines' | 'structure', { base }: Sources): MergeCertificate {
  const checks: readonly MergeCheck[] = [
    way,
    'syntax',
    'conservation',
    'changes',
    'duplicates',
    'bindings',
    'signatures',
  ]
  const { wire, prose } = base.rules
  return {
    version: mergeVersion,
    checks: [
      ...checks,
      ...(wire ? ['wire' as const] : []),
      ...(way === 'structure' ? ['renames' as const] : []),
      ...(prose && way === 'structure' ? ['prose' as const] : []),
    ],
  }
}
