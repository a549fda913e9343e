import { existsSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SeededRandom } from '../src/lib/seeded-random.ts'
import { GitMergeFile } from './git-merge-file.ts'
import { round, type BenchCase, type Row } from './harness.ts'
import type { MergeCase, MergeCaseSet } from './merge-case.ts'
import { mergeCasesOf, ownMergeCases } from './merge-case-files.ts'
import { judgeMerges } from './merge-judge.ts'
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
      const largeFiles = largeCases(extent === 'quick' ? 3 : 40)
      const large: MergeCaseSet = { name: 'large files', cases: largeFiles }
      const largeLanguages = new Set(largeFiles.map(({ language }) => language))
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
        const { scores, differences, unlike } = await scoreMerges(set.cases, git)
        const faults = await judgeMerges(unlike)
        const judged = { unlike: unlike.length, faults: Object.fromEntries(faults) }
        if (isJson) console.log(JSON.stringify({ set: set.name, scores, differences, judged }))
        else {
          console.log(`\n${set.name}, ours / git merge-file\n${scoreTable(scores)}`)
          for (const { id, ours, git } of differences) console.log(`  ${id}: ${ours}, git ${git}`)
          console.log(judgedText(scores, unlike.length, faults))
        }
        const all = scores.at(-1)
        if (set === own && all) rows.push(...rowsOf(all))
        if (set === large) rows.push(...scores.filter(({ language }) => largeLanguages.has(language)).map(largeRow))
      }
      return rows
    },
  }
}

/** How many of the clean results that people did not make are wrong by checks. */
function judgedText(
  scores: readonly MergeScore[],
  unlike: number,
  faults: ReadonlyMap<string, readonly string[]>,
): string {
  const cases = scores.find(({ language }) => language === 'git conflicts')?.cases ?? 0
  const part = cases > 0 ? round((100 * faults.size) / cases) : 0
  return [
    `clean and different where git conflicts: ${unlike} of ${cases}; wrong by checks: ${faults.size} (${part} %)`,
    ...[...faults].map(([id, told]) => `  ${id}: ${told.slice(0, 3).join('; ')}`),
  ].join('\n')
}

function sharedFiles(): readonly string[] {
  if (!existsSync(sharedFolder)) return []
  return readdirSync(sharedFolder)
    .filter((name) => name.endsWith('.jsonl.gz'))
    .map((name) => join(sharedFolder, name))
}

/** Files of 100 KB, in which each side changes some lines in places of its own: code, of which they change 17 of 1,700 lines, and data, of which they change a tenth. */
function largeCases(count: number): readonly MergeCase[] {
  return Object.entries(largeTexts()).flatMap(([language, { lines, every }]) => {
    const changed = (isChanged: (at: number) => string | undefined) =>
      lines.map((line, at) => line.replace('some', isChanged(at) ?? 'some')).join('')
    return Array.from({ length: count }, (_, i) => {
      const left = (at: number) => (at % every === i % every ? 'left' : undefined)
      const right = (at: number) => (at % every === (i + every / 2) % every ? 'right' : undefined)
      return {
        id: `large/${language}/${i}`,
        language,
        path: `file.${language}`,
        base: lines.join(''),
        left: changed(left),
        right: changed(right),
        expected: changed((at) => left(at) ?? right(at)),
        expectsConflict: false,
      }
    })
  })
}

/** By language: a text in pieces that may be changed, and of how many pieces a side changes one. */
function largeTexts(): Readonly<Record<string, { readonly lines: readonly string[]; readonly every: number }>> {
  const random = new SeededRandom(1)
  const pieces = (count: number, piece: (i: number, number: number) => string) =>
    Array.from({ length: count }, (_, i) => piece(i, random.below(1e6)))
  const json = pieces(
    1000,
    (i, n) => `  "key${i}": { "number": ${n}, "words": "some words beside it", "list": [${i}, ${n}] },\n`,
  )
  return {
    ts: { lines: pieces(1700, (i, n) => `  const value${i} = compute(${n}, 'some words beside it')\n`), every: 100 },
    json: { lines: ['{\n', ...json, '  "end": 0\n}\n'], every: 10 },
    yaml: {
      lines: pieces(1300, (i, n) => `key${i}:\n  number: ${n}\n  words: some words beside it\n  list: [${i}, ${n}]\n`),
      every: 10,
    },
    toml: {
      lines: pieces(1300, (i, n) => `[key${i}]\nnumber = ${n}\nwords = "some words beside it"\nlist = [${i}, ${n}]\n`),
      every: 10,
    },
  }
}

function largeRow({ language, cases, ours, git }: MergeScore): Row {
  return {
    what: `a file of 100 KB, ${language}, warm, p50`,
    reached: ours.p50Ms,
    unit: 'ms',
    target: { better: 'less', must: 25, goal: 10 },
    ours: `CPU, p95 ${ours.p95Ms} ms`,
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
      ours: `CPU, p50 ${ours.p50Ms} ms`,
      reference: `p50 ${git.p50Ms} ms, p95 ${git.p95Ms} ms, \`git merge-file\` as a process`,
      counts: `${cases} cases`,
    },
  ]
}
