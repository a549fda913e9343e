import { mergeText, type MergeTextResult } from '../src/merge-on-node.ts'
import type { GitMergeFile } from './git-merge-file.ts'
import { cpuMs, quantile, round } from './harness.ts'
import type { MergeCase } from './merge-case.ts'
import type { DifferentMerge } from './merge-judge.ts'

/** How a result stands to what was expected. `space`: equal but for white space. */
export type MergeVerdict = 'exact' | 'space' | 'rightly' | 'conflict' | 'different'

/** What was made of cases, by verdict, and the time that a file took: of ours CPU time, of git's process the clock's. */
export interface MergeTally {
  readonly verdicts: Readonly<Record<MergeVerdict, number>>
  readonly p50Ms: number
  readonly p95Ms: number
}

/** The cases of one language. */
export interface MergeScore {
  readonly language: string
  readonly cases: number
  /** Results with the status and text of `git merge-file`. */
  readonly asGit: number
  /** Cases that git merges cleanly as the person did, and those of them with the same result here. */
  readonly gitExact: number
  readonly gitExactKept: number
  readonly ours: MergeTally
  readonly git: MergeTally
}

/** A case whose result is another one than git's. */
export interface MergeDifference {
  readonly id: string
  readonly language: string
  readonly ours: MergeVerdict
  readonly git: MergeVerdict
}

interface Outcome {
  readonly verdict: MergeVerdict
  readonly ms: number
}

interface Measured {
  readonly language: string
  readonly ours: Outcome
  readonly git: Outcome
  readonly isAsGit: boolean
  readonly gitStatus: 'clean' | 'conflict'
  readonly sizeBytes: number
}

/** Files that the goals are about are no larger. */
const usualBytes = 100 * 1024

/** Besides languages: what git says of a file, files to 100 KB, and in the end all. */
const groups: readonly (readonly [name: string, holds: (one: Measured) => boolean])[] = [
  ['git conflicts', ({ gitStatus }) => gitStatus === 'conflict'],
  ['git clean', ({ gitStatus }) => gitStatus === 'clean'],
  ['to 100 KB', ({ sizeBytes }) => sizeBytes <= usualBytes],
  ['all', () => true],
]

/**
 * Merges all cases, here and by git: a score for each language, for groups of files and for `all`, which is the last; every difference; and `unlike`: clean results where git conflicts that the person did not make.
 */
export async function scoreMerges(
  cases: Iterable<MergeCase>,
  git: GitMergeFile,
): Promise<{
  readonly scores: readonly MergeScore[]
  readonly differences: readonly MergeDifference[]
  readonly unlike: readonly DifferentMerge[]
}> {
  const measured: Measured[] = []
  const differences: MergeDifference[] = []
  const unlike: DifferentMerge[] = []
  for (const mergeCase of cases) {
    const theirs = git.merge(mergeCase)
    if (!theirs) continue
    const { path, base, left, right, language, id } = mergeCase
    // The first run compiles; what is told is a warm one.
    await mergeText({ path, base, left, right })
    let merged!: MergeTextResult
    const ms = await cpuMs(async () => {
      merged = await mergeText({ path, base, left, right })
    })
    const ours = { verdict: verdictOf(merged, mergeCase), ms }
    const ofGit = { verdict: verdictOf(theirs, mergeCase), ms: theirs.ms }
    const isAsGit = merged.status === theirs.status && merged.text === theirs.text
    const sizeBytes = Math.max(...[base, left, right].map((text) => Buffer.byteLength(text)))
    measured.push({ language, ours, git: ofGit, isAsGit, gitStatus: theirs.status, sizeBytes })
    if (theirs.status === 'conflict' && ours.verdict === 'different') unlike.push({ ...mergeCase, text: merged.text })
    if (!isAsGit) differences.push({ id, language, ours: ours.verdict, git: ofGit.verdict })
  }
  const languages = [...new Set(measured.map(({ language }) => language))].sort()
  const scores = languages.map((language) =>
    scoreOf(
      language,
      measured.filter((one) => one.language === language),
    ),
  )
  const ofGroups = groups.flatMap(([name, holds]) => {
    const some = measured.filter(holds)
    return some.length > 0 ? [scoreOf(name, some)] : []
  })
  return { scores: [...scores, ...ofGroups], differences, unlike }
}

function verdictOf(
  { status, text }: { readonly status: 'clean' | 'conflict'; readonly text: string },
  { expected, expectsConflict }: MergeCase,
): MergeVerdict {
  if (status === 'conflict') return expectsConflict ? 'rightly' : 'conflict'
  if (expectsConflict) return 'different'
  if (text === expected) return 'exact'
  return text.replaceAll(/\s+/g, '') === expected.replaceAll(/\s+/g, '') ? 'space' : 'different'
}

function scoreOf(language: string, measured: readonly Measured[]): MergeScore {
  const gitExact = measured.filter(({ git }) => git.verdict === 'exact')
  return {
    language,
    cases: measured.length,
    asGit: measured.filter(({ isAsGit }) => isAsGit).length,
    gitExact: gitExact.length,
    gitExactKept: gitExact.filter(({ ours }) => ours.verdict === 'exact').length,
    ours: tallyOf(measured.map(({ ours }) => ours)),
    git: tallyOf(measured.map(({ git }) => git)),
  }
}

function tallyOf(outcomes: readonly Outcome[]): MergeTally {
  const times = outcomes.map(({ ms }) => ms)
  const verdicts = { exact: 0, space: 0, rightly: 0, conflict: 0, different: 0 }
  for (const { verdict } of outcomes) verdicts[verdict]++
  return { verdicts, p50Ms: round(quantile(times, 0.5), 3), p95Ms: round(quantile(times, 0.95), 3) }
}

const columns = ['exact', 'space', 'rightly', 'conflict', 'different'] as const

/** A table of scores: what we made beside what git made. */
export function scoreTable(scores: readonly MergeScore[]): string {
  const head = ['language', 'cases', 'as git', ...columns, 'p50 ms', 'p95 ms']
  const cells = scores.map(({ language, cases, asGit, ours, git }) => [
    language,
    String(cases),
    String(asGit),
    ...columns.map((verdict) => `${ours.verdicts[verdict]} / ${git.verdicts[verdict]}`),
    `${ours.p50Ms} / ${git.p50Ms}`,
    `${ours.p95Ms} / ${git.p95Ms}`,
  ])
  const rows = [head, ...cells]
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows
    .map((row) => row.map((cell, i) => (i ? cell.padStart(widths[i]!) : cell.padEnd(widths[0]!))).join('  '))
    .join('\n')
}
