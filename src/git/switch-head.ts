import { join } from 'node:path'
import type { ObjectId } from '../contracts/ids.ts'
import { utf8 } from '../lib/bytes.ts'
import { GitLock } from './git-lock.ts'
import { writeLog, type RefFiles } from './move-refs.ts'
import { readRefFile, refPath } from './ref-file.ts'
import { zoneOf } from './zone-of.ts'

/** What HEAD is to become. */
export interface HeadSwitch {
  /** What it has to be. */
  readonly from: { readonly branch: string | undefined; readonly commit: ObjectId | undefined }
  /** A branch by its full name, which need not have a commit; undefined: the commit itself. */
  readonly branch: string | undefined
  readonly commit: ObjectId
  /** In the log. */
  readonly message: string
}

/** False where HEAD is another by now; undefined where git has to do it. Throws LOCK_TIMEOUT. */
export async function switchHead(
  files: RefFiles,
  { from, branch, commit, message }: HeadSwitch,
  signal: AbortSignal | undefined,
): Promise<boolean | undefined> {
  const { gitDir, dataDir, durable } = files
  const mover = files.mover()
  using lock = mover && (await GitLock.take(join(gitDir, 'HEAD'), { dataDir, signal }))
  if (!mover || !lock) return undefined
  const now = readRefFile(refPath(gitDir, 'HEAD'))
  const isSame =
    from.branch === undefined ? now?.target === undefined && now?.id === from.commit : now?.target === from.branch
  if (!isSame) return false
  await lock.write([utf8(branch === undefined ? `${commit}\n` : `ref: ${branch}\n`)], { durable })
  const date = new Date()
  const time = `${Math.floor(date.getTime() / 1000)} ${zoneOf(date)}`
  const old = from.commit ?? '0'.repeat(commit.length)
  writeLog(files, 'HEAD', `${old} ${commit} ${mover.name} <${mover.email}> ${time}\t${message}`)
  await lock.commit({ durable })
  return true
}
