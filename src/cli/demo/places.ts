import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { AnvcsError } from '../../contracts/errors.ts'
import type { GitProgram } from '../../git/git-program.ts'
import { fromUtf8 } from '../../lib/bytes.ts'
import type { SeededRandom } from '../../lib/seeded-random.ts'
import type { Region } from './step.ts'

/** A place in a file where several peers type. Near and far lie so far apart that their changes merge by lines. */
export interface Place {
  readonly path: string
  /** The function that it is, in source code. */
  readonly functionName?: string
  readonly prefix: string
  readonly whole: Region
  readonly near: Region
  readonly far: Region
}

/** Where in a repository the demo types. */
export interface Places {
  /** The function that all type into. */
  readonly function: Place
  readonly files: readonly Place[]
  /** A file that is moved while others type in it. */
  readonly moved: Place | undefined
  /** A file that is moved at one side of the partition and typed in at the other. */
  readonly movedApart: Place | undefined
  readonly removed: string | undefined
}

const maxFiles = 4
const maxRead = 400
const minBytes = 200
const maxBytes = 100_000
/** Lines that stay unchanged between near and far. */
const apart = 4
const minFunctionLines = 10
const maxLineUnits = 400

const headers: readonly RegExp[] = [
  /^\s*(?:export\s+)?(?:default\s+)?(?:async\s+)?function\s*\*?\s*(\w+)/,
  /^\s*(?:pub(?:\([^)]*\))?\s+)?(?:async\s+)?fn\s+(\w+)/,
  /^\s*func\s+(?:\([^)]*\)\s*)?(\w+)/,
  /^\s*(?:async\s+)?def\s+(\w+)/,
  /^\s*(?:(?:public|private|protected|static|final|inline|async|override)\s+)+[\w<>[\],\s*&]*?(\w+)\s*\([^;]*\{\s*$/,
]
const slashSource = /\.(?:[cm]?[jt]sx?|java|go|rs|c|h|cc|cpp|hpp|cs|swift|kt|scala|php|dart)$/
const hashSource = /\.(?:py|rb|sh|pl|ya?ml|toml)$/

/** Chooses, by a seed, where in a clone to type. Throws USAGE where no file of the repository is text of enough lines. */
export async function choosePlaces(git: GitProgram, folder: string, random: SeededRandom): Promise<Places> {
  const paths = shuffled(await textPaths(git), random)
  const functions: Place[] = []
  const files: Place[] = []
  for (const path of paths.slice(0, maxRead)) {
    const text = readText(join(folder, path))
    if (text === undefined) continue
    const lines = text.split('\n').slice(0, -1)
    const found = functions.length === 0 ? functionIn(path, lines, random) : undefined
    if (found) functions.push(found)
    else {
      const place = placeIn(path, lines, { from: 0, to: lines.length }, random)
      if (place) files.push(place)
    }
    if (functions.length && files.length >= maxFiles + 3) break
  }
  const [typed = files.pop()] = functions
  if (!typed)
    throw new AnvcsError('USAGE', {
      message: 'No file of this repository is text of enough lines to type into.',
      hint: 'Name another repository with `--repo PATH`.',
    })
  const [moved, movedApart, removed] = files.length > 3 ? files.splice(0, 3) : []
  return { function: typed, files: files.slice(0, maxFiles), moved, movedApart, removed: removed?.path }
}

async function textPaths(git: GitProgram): Promise<readonly string[]> {
  const listed = new TextDecoder().decode(await git.run(['ls-files', '-s', '-z']))
  return listed
    .split('\0')
    .filter((row) => row.startsWith('100644 '))
    .map((row) => row.slice(row.indexOf('\t') + 1))
    .filter((path) => !/(?:^|\/)(?:\.|package-lock|yarn\.lock|.*\.min\.)/.test(path))
}

function readText(path: string): string | undefined {
  const bytes = readFileSync(path)
  const text = bytes.length >= minBytes && bytes.length <= maxBytes ? fromUtf8(bytes) : undefined
  if (text === undefined || /[\0\r]/.test(text) || !text.endsWith('\n')) return undefined
  return text.split('\n').every((line) => line.length <= maxLineUnits) ? text : undefined
}

/** A function of the file that is long enough: from its header to the next line that is indented no deeper. */
function functionIn(path: string, lines: readonly string[], random: SeededRandom): Place | undefined {
  if (!slashSource.test(path) && !hashSource.test(path)) return undefined
  for (const [at, line] of lines.entries()) {
    const name = headers.map((header) => header.exec(line)?.[1]).find((found) => found !== undefined)
    if (name === undefined) continue
    const depth = indentation(line).length
    const length = lines.slice(at + 1).findIndex((next) => next.trim() !== '' && indentation(next).length <= depth)
    if (length < minFunctionLines) continue
    const place = placeIn(path, lines, { from: at, to: at + 1 + length }, random)
    if (place) return { ...place, functionName: name }
  }
  return undefined
}

function placeIn(
  path: string,
  lines: readonly string[],
  { from, to }: { readonly from: number; readonly to: number },
  random: SeededRandom,
): Place | undefined {
  const counts = new Map<string, number>()
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1)
  const isUnique = (at: number): boolean => at < to && lines[at]!.trim() !== '' && counts.get(lines[at]!) === 1
  const gaps = Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i).filter(
    (at) => isUnique(at) && isUnique(at + 1),
  )
  const nears = gaps.filter((near) => gaps.some((far) => far >= near + apart))
  if (!nears.length) return undefined
  const near = nears[random.below(Math.ceil(nears.length / 2))]!
  const fars = gaps.filter((far) => far >= near + apart)
  const far = fars[Math.floor(fars.length / 2) + random.below(Math.ceil(fars.length / 2))]!
  return {
    path,
    prefix: prefixFor(path, lines[near + 1]!),
    whole: { after: lines[near]!, before: lines[far + 1]! },
    near: { after: lines[near]!, before: lines[near + 1]! },
    far: { after: lines[far]!, before: lines[far + 1]! },
  }
}

function prefixFor(path: string, line: string): string {
  const sign = slashSource.test(path) ? '// ' : hashSource.test(path) ? '# ' : ''
  return sign && indentation(line) + sign
}

function indentation(line: string): string {
  return /^[ \t]*/.exec(line)![0]
}

function shuffled<T>(items: readonly T[], random: SeededRandom): T[] {
  const all = [...items]
  for (let at = all.length - 1; at > 0; at--) {
    const other = random.below(at + 1)
    ;[all[at], all[other]] = [all[other]!, all[at]!]
  }
  return all
}
