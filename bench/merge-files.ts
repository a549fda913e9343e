import { existsSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { GitMergeFile } from './git-merge-file.ts'
import { round, type BenchCase, type Row } from './harness.ts'
import type { MergeCaseSet } from './merge-case.ts'
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
      const files = cases.length ? cases : sharedFiles()
      const others: readonly MergeCaseSet[] =
        extent === 'quick'
          ? []
          : [
              ...files.map((file) => ({ name: basename(file), cases: mergeCasesOf(file) })),
              ...repositories.map((folder) => ({ name: basename(folder), cases: repositoryMerges(folder) })),
            ]
      const rows: Row[] = []
      for (const set of [own, ...others]) {
        const { scores, differences } = await scoreMerges(set.cases, git)
        if (isJson) console.log(JSON.stringify({ set: set.name, scores, differences }))
        else {
          console.log(`\n${set.name}, ours / git merge-file\n${scoreTable(scores)}`)
          for (const { id, ours, git } of differences) console.log(`  ${id}: ${ours}, git ${git}`)
        }
        const all = scores.at(-1)
        if (set === own && all) rows.push(...rowsOf(all))
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
