import { readFile, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { AnvcsError } from '../contracts/errors.ts'
import { fromUtf8 } from '../lib/bytes.ts'
import { GitProgram } from '../git/git-program.ts'
import { mergeBytes, type MergeBytesResult } from '../merge/merge-bytes.ts'
import { mergeText } from '../merge-on-node.ts'
import type { ConflictStyle } from '../merge/merge-result.ts'

/** A call of a git merge driver (gitattributes(5), "Defining a custom merge driver"). Files are named from `folder`. */
export interface MergeFileRequest {
  readonly folder: string
  readonly environment: NodeJS.ProcessEnv
  readonly base: string
  /** Ours; the merged file takes its place. */
  readonly left: string
  readonly right: string
  /** Where the file lies in the repository. */
  readonly path: string
  readonly markerSize: number | undefined
  readonly signal: AbortSignal
}

/**
 * Merges the three files of a call of the driver, and writes the result, with conflicts in the style of `merge.conflictStyle`. What is no
 * text stays as the left file has it. Throws USAGE where a file is not there.
 */
export async function mergeFile(request: MergeFileRequest): Promise<MergeBytesResult> {
  const { folder, path, markerSize, signal } = request
  const [base, left, right] = await Promise.all(
    [request.base, request.left, request.right].map((name) => read(resolve(folder, name), name)),
  )
  const texts = { path, base: base!, left: left!, right: right!, markerSize, signal }
  const labels = { left: 'ours', base: 'base', right: 'theirs' }
  const first = await mergeBytes({ ...texts, labels }, mergeText)
  // Most merges are clean, and need not ask git how conflicts are to be shown.
  const style = first.status === 'conflict' ? await styleOf(request) : 'merge'
  const merged = style === 'merge' ? first : await mergeBytes({ ...texts, labels, style }, mergeText)
  if (merged.status !== 'binary') await writeFile(resolve(folder, request.left), merged.bytes)
  return merged
}

async function read(file: string, name: string): Promise<Uint8Array> {
  try {
    return await readFile(file)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause
    throw new AnvcsError('USAGE', { message: `There is no file ${name}.`, cause })
  }
}

/** Where there is no git there is no setting of it. */
async function styleOf({ folder, environment, signal }: MergeFileRequest): Promise<ConflictStyle> {
  const git = new GitProgram(folder, environment)
  try {
    const { stdout } = await git.call(['config', '--get', 'merge.conflictStyle'], { signal })
    const style = fromUtf8(stdout)?.trim().toLowerCase()
    return style === 'diff3' || style === 'zdiff3' ? style : 'merge'
  } catch (error) {
    if (AnvcsError.is(error, 'GIT_MISSING')) return 'merge'
    throw error
  }
}
