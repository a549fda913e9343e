import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs'
import { join } from 'node:path'
import type { ObjectId } from '../contracts/ids.ts'
import { refPath } from './ref-file.ts'

/** A line of a reflog. */
export interface RefMove {
  readonly from: ObjectId
  readonly to: ObjectId
  /** What Git says it was: `commit: message`, `pull: Fast-forward`, `rebase (pick): message`. */
  readonly message: string
}

/** So much of the end of the log is looked at. */
const maxBytes = 1 << 16

/** The last moves of HEAD, oldest first; none where no reflog is kept. */
export function readHeadLog(gitDir: string): readonly RefMove[] {
  return movesIn(readLogEnd(join(gitDir, 'logs/HEAD')))
}

/** All moves of a ref, oldest first; none where no reflog of it is kept. `folder`: that of HEAD, or of all work trees. */
export function readWholeLog(folder: string, ref: string): readonly RefMove[] {
  try {
    return movesIn(readFileSync(refPath(folder, `logs/${ref}`), 'utf8'))
  } catch {
    return []
  }
}

function movesIn(text: string): readonly RefMove[] {
  return text.split('\n').flatMap((line) => {
    const [, from, to, message] = /^([0-9a-f]{40,64}) ([0-9a-f]{40,64}) [^\t]*(?:\t(.*))?$/.exec(line) ?? []
    return from && to ? [{ from: from as ObjectId, to: to as ObjectId, message: message ?? '' }] : []
  })
}

/** Commits that were made of what lay on disk here, as far as the log tells: the last move to each says so. */
export function commitsMadeHere(gitDir: string): ReadonlySet<ObjectId> {
  const moves = new Map(readHeadLog(gitDir).map(({ to, message }) => [to, message]))
  return new Set([...moves].filter(([, message]) => /^(?:commit|rebase)\b/.test(message)).map(([to]) => to))
}

/** The moves that led from one commit to another, or undefined where the log does not tell. */
export function headMovesBetween(gitDir: string, from: ObjectId, to: ObjectId): readonly RefMove[] | undefined {
  const log = readHeadLog(gitDir)
  if (log.at(-1)?.to !== to) return undefined
  const first = log.findLastIndex((move, at) => move.from === from && log[at - 1]?.to !== move.to)
  return first < 0 ? undefined : log.slice(first)
}

/** The last lines of a reflog, the first of them perhaps in part; nothing where there is none. */
export function readLogEnd(path: string): string {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch {
    return ''
  }
  try {
    const { size } = fstatSync(file)
    const bytes = Buffer.alloc(Math.min(size, maxBytes))
    const length = readSync(file, bytes, 0, bytes.length, size - bytes.length)
    return bytes.toString('utf8', 0, length)
  } finally {
    closeSync(file)
  }
}
