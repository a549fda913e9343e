import { existsSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SeededRandom } from '../src/lib/seeded-random.ts'
import { GitMergeFile } from './git-merge-file.ts'
import { round, type BenchCase, type Row } from './harness.ts'
import type { MergeCase, MergeCaseSet } from './merge-case.ts'
import { mergeCasesOf, ownMergeCases } from './merge-case-files.ts'
import { scoreMerges, scoreTable, type MergeScore } from './merge-score.ts'
import { repositoryMerges } from './repository-merges.ts'

/** What to merge besides the project's own cases. */
export interface MergeFilesOptions {
  /** Files of cases; those in `../shared/merge-cases`, if it is there, unless told. */
  readonly cases: readonly string[]
  /** Repositories whose merges are done again. */
  readonly repositories: readonly string[]
  readonly isJson: boolean
}

const sharedFolder = fileURLToPath(new URL('../../../shared/merge-cases/', import.meta.url))

/** Merges of files against `git merge-file`, by verdict and language. Only what the project's own cases give is a row of the report. */
export function mergeFiles({ cases, repositories, isJson }: MergeFilesOptions): BenchCase {
  return {
    name: 'files',
    async run(extent) {
      using git = new GitMergeFile()
      const own: MergeCaseSet = { name: 'own cases', cases: ownMergeCases() }
      const large: MergeCaseSet = { name: 'large files', cases: largeCases(extent === 'quick' ? 3 : 40) }
      const files = cases.length ? cases : sharedFiles()
      const others: readonly MergeCaseSet[] =
        extent === 'quick'
          ? []
          : [
              ...files.map((file) => ({ name: basename(file), cases: mergeCasesOf(file) })),
              ...repositories.map((folder) => ({ name: basename(folder), cases: repositoryMerges(folder) })),
            ]
      const rows: Row[] = []
      for (const set of [own, large, ...others]) {
        const { scores, differences } = await scoreMerges(set.cases, git)
        if (isJson) console.log(JSON.stringify({ set: set.name, scores, differences }))
        else {
          console.log(`\n${set.name}, ours / git merge-file\n${scoreTable(scores)}`)
          for (const { id, ours, git } of differences) console.log(`  ${id}: ${ours}, git ${git}`)
        }
        const all = scores.at(-1)
        if (set === own && all) rows.push(...rowsOf(all))
        if (set === large && all) rows.push(largeRow(all))
      }
      return rows
    },
  }
}

function sharedFiles(): readonly string[] {
  if (!existsSync(sharedFolder)) return []
  return readdirSync(sharedFolder)
    .filter((name) => name.endsWith('.jsonl.gz'))
    .map((name) => join(sharedFolder, name))
}

/** Files of 2,000 lines and 100 KB, of which each side changes 20 lines in places of its own. */
function largeCases(count: number): readonly MergeCase[] {
  const random = new SeededRandom(1)
  const lines = Array.from(
    { length: 2000 },
    (_, i) => `  const value${i} = compute(${random.below(1e6)}, 'some words beside it')\n`,
  )
  const changed = (from: number, i: number, to: string) =>
    lines.map((line, at) => (at % 100 === (from + i) % 100 ? line.replace('some', to) : line)).join('')
  return Array.from({ length: count }, (_, i) => ({
    id: `large/${i}`,
    language: 'ts',
    path: 'file.ts',
    base: lines.join(''),
    left: changed(0, i, 'left'),
    right: changed(50, i, 'right'),
    expected: lines
      .map((line, at) => {
        const side = at % 100 === i % 100 ? 'left' : at % 100 === (50 + i) % 100 ? 'right' : 'some'
        return line.replace('some', side)
      })
      .join(''),
    expectsConflict: false,
  }))
}

function largeRow({ cases, ours, git }: MergeScore): Row {
  return {
    what: 'a file of 2,000 lines and 100 KB, warm, p50',
    reached: ours.p50Ms,
    unit: 'ms',
    target: { better: 'less', must: 25, goal: 10 },
    ours: `p95 ${ours.p95Ms} ms`,
    reference: `p50 ${git.p50Ms} ms, p95 ${git.p95Ms} ms, \`git merge-file\` as a process`,
    counts: `${cases} files`,
  }
}

function rowsOf({ cases, gitExact, gitExactKept, ours, git }: MergeScore): readonly Row[] {
  return [
    {
      what: 'own cases that git merges cleanly as expected: ours identical',
      reached: round((100 * gitExactKept) / gitExact),
      unit: '%',
      target: { better: 'more', must: 99.9, goal: 100 },
      ours: `${gitExactKept} of ${gitExact}`,
      reference: '`git merge-file`',
      counts: `${cases} cases`,
    },
    {
      what: 'a file of the own cases, warm, p95',
      reached: ours.p95Ms,
      unit: 'ms',
      target: { better: 'less', must: 250, goal: 100 },
      ours: `p50 ${ours.p50Ms} ms`,
      reference: `p50 ${git.p50Ms} ms, p95 ${git.p95Ms} ms, \`git merge-file\` as a process`,
      counts: `${cases} cases`,
    },
  ]
}
