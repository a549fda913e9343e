import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, platform, release } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { round, type Row } from './harness.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const documentPath = join(root, 'docs/benchmarks.md')
const resultsPath = join(root, 'dist/bench/results.json')

/** Others on the machine make absolute times longer, and ratios less certain. */
const [loadBefore = 0] = loadavg()

const head = `# Benchmarks

Written by \`npm run bench\`, never by hand; a run rewrites the sections that it measures. Figures are ratios taken side by side in one run
(interleaved runs, medians), so they hold on other machines; absolute times do not. CPU time is that of the whole process with all its threads.
`

/** Shows rows as they are measured. */
export function printRows(rows: readonly Row[]): void {
  for (const row of rows) {
    console.log(`${verdict(row).padEnd(6)} ${amount(row).padStart(12)}  ${row.what}`)
    console.log(
      `${' '.repeat(21)}${[row.ours, row.reference && `against ${row.reference}`, row.counts].filter(Boolean).join('; ')}`,
    )
  }
}

/** Puts the rows of one case into docs/benchmarks.md, and all rows of this build into dist/bench/results.json. */
export function writeReport(name: string, rows: readonly Row[]): void {
  const sections = readSections()
  sections.set(name, section(rows))
  const parts = [...sections].sort(([a], [b]) => (a < b ? -1 : 1)).map(([title, text]) => `## ${title}\n\n${text}`)
  writeFileSync(documentPath, [head, ...parts].join('\n'))
  execFileSync('npx', ['oxfmt', documentPath], { cwd: root })
  const results = existsSync(resultsPath) ? (JSON.parse(readFileSync(resultsPath, 'utf8')) as object) : {}
  writeFileSync(
    resultsPath,
    `${JSON.stringify({ ...results, [name]: { environment: environment(), rows } }, null, 2)}\n`,
  )
}

function section(rows: readonly Row[]): string {
  const lines = rows.map((row) => {
    const cells = [row.what, `**${amount(row)}**`, goalText(row), verdict(row), row.ours, row.reference, row.counts]
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  })
  return [
    `${environment()}\n`,
    '| what | reached | must / goal | | ours | against | counts |',
    '|---|---|---|---|---|---|---|',
    ...lines,
    '',
  ].join('\n')
}

function amount({ reached, unit }: Row): string {
  return unit === 'x' ? `${round(reached)}x` : `${round(reached, reached < 10 ? 2 : 0)} ${unit}`
}

function goalText({ target, unit }: Row): string {
  if (!target) return ''
  const suffix = unit === 'x' ? 'x' : ` ${unit}`
  return `${target.better === 'more' ? '≥' : '≤'} ${round(target.must, 3)}${suffix} / ${round(target.goal, 3)}${suffix}`
}

function verdict({ reached, target }: Row): string {
  if (!target) return ''
  const reaches = (wanted: number): boolean => (target.better === 'more' ? reached >= wanted : reached <= wanted)
  return reaches(target.goal) ? 'goal' : reaches(target.must) ? 'must' : 'missed'
}

/** What the figures were taken on. No date: the history of this file tells. */
function environment(): string {
  const git = execFileSync('git', ['--version'], { encoding: 'utf8' }).trim()
  const { model } = cpus()[0] ?? { model: 'unknown processor' }
  const machine = `${cpus().length} x ${model.trim()}, load ${round(loadBefore, 1)} before the run`
  return `Node ${process.versions.node}, ${git}, ${platform()} ${release()}, ${machine}.`
}

function readSections(): Map<string, string> {
  if (!existsSync(documentPath)) return new Map()
  const [, ...sections] = readFileSync(documentPath, 'utf8').split(/^## /m)
  return new Map(
    sections.map((text) => {
      const line = text.indexOf('\n')
      return [text.slice(0, line), `${text.slice(line).trim()}\n`]
    }),
  )
}
