import { quotePath } from './quote-path.ts'
import { fileChanges, type DiffFile } from './unified-diff.ts'

const width = 80

interface Row {
  readonly name: string
  readonly added: number
  readonly removed: number
  readonly binary: string | undefined
}

/** Numbers of lines with bars, as `git diff --stat` prints them for 80 columns. */
export function diffStat(files: readonly DiffFile[]): string {
  if (!files.length) return ''
  const rows = files.map(rowOf)
  const most = Math.max(...rows.map(({ added, removed, binary }) => (binary === undefined ? added + removed : 0)))
  const isBinary = rows.some(({ binary }) => binary !== undefined)
  const digits = Math.max(`${most}`.length, isBinary ? 3 : 0)
  const binaryWidth = Math.max(0, ...rows.map(({ binary }) => binary?.length ?? 0))
  let bars = Math.max(most, isBinary ? binaryWidth - digits - 1 : 0)
  let names = Math.max(...rows.map(({ name }) => name.length))
  if (names + digits + 6 + bars > width) {
    bars = Math.min(bars, Math.max(6, Math.floor((width * 3) / 8) - digits - 6))
    if (names > width - digits - 6 - bars) names = width - digits - 6 - bars
    else bars = width - digits - 6 - names
  }
  const lines = rows.map((row) => {
    const name = shortened(row.name, names).padEnd(names)
    if (row.binary !== undefined) return ` ${name} | ${row.binary}\n`
    const total = `${row.added + row.removed}`.padStart(digits)
    return ` ${name} | ${total} ${barsOf(row, bars, most)}`.trimEnd() + '\n'
  })
  return lines.join('') + summary(rows)
}

function rowOf(file: DiffFile): Row {
  const { added, removed } = fileChanges(file)
  const name = file.from === null ? quotePath(file.path) : renamed(file.from, file.path)
  const binary = `Bin ${file.left.length} -> ${file.right.length} bytes`
  return { name, added: added ?? 0, removed: removed ?? 0, binary: added === undefined ? binary : undefined }
}

function barsOf({ added, removed }: Row, bars: number, most: number): string {
  if (bars > most) return '+'.repeat(added) + '-'.repeat(removed)
  const scale = (count: number) => (count ? 1 + Math.floor((count * (bars - 1)) / most) : 0)
  let total = scale(added + removed)
  if (total < 2 && added && removed) total = 2
  const less = scale(Math.min(added, removed))
  const [plus, minus] = added < removed ? [less, total - less] : [total - less, less]
  return '+'.repeat(plus) + '-'.repeat(minus)
}

/** The end of a name that is too long, from a slash on if there is one. */
function shortened(name: string, length: number): string {
  if (name.length <= length) return name
  const end = name.slice(name.length - Math.max(0, length - 3))
  const slash = end.indexOf('/')
  return `...${slash < 0 ? end : end.slice(slash)}`
}

/** `a/{b => c}/d` */
function renamed(from: string, to: string): string {
  if ([from, to].some((path) => quotePath(path) !== path)) return `${quotePath(from)} => ${quotePath(to)}`
  let start = 0
  for (let at = 0; at < from.length && from[at] === to[at]; at++) if (from[at] === '/') start = at + 1
  let end = 0
  // The slash before the parts that differ may stand behind them, too.
  const most = Math.min(from.length, to.length) - start + (start ? 1 : 0)
  for (let at = 1; at <= most && from.at(-at) === to.at(-at); at++) if (from.at(-at) === '/') end = at
  if (!start && !end) return `${from} => ${to}`
  const middle = (path: string) => path.slice(start, Math.max(start, path.length - end))
  return `${from.slice(0, start)}{${middle(from)} => ${middle(to)}}${end ? from.slice(from.length - end) : ''}`
}

function summary(rows: readonly Row[]): string {
  const count = (number: number, word: string, sign = '') => `${number} ${word}${number === 1 ? '' : 's'}${sign}`
  const added = rows.reduce((sum, row) => sum + row.added, 0)
  const removed = rows.reduce((sum, row) => sum + row.removed, 0)
  const parts = [`${rows.length} file${rows.length === 1 ? '' : 's'} changed`]
  if (added || !removed) parts.push(count(added, 'insertion', '(+)'))
  if (removed || !added) parts.push(count(removed, 'deletion', '(-)'))
  return ` ${parts.join(', ')}\n`
}
