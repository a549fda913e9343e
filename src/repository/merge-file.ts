import { readFile, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { AnvcsError } from '../contracts/errors.ts'
import { fromUtf8 } from '../lib/bytes.ts'
import { GitProgram } from '../git/git-program.ts'
import { mergeBytes, type MergeBytesResult } from '../merge/merge-bytes.ts'
import { mergeText } from '../merge-on-node.ts'
import type { ConflictLabels, ConflictStyle } from '../merge/merge-result.ts'

/** A call of a git merge driver (gitattributes(5), "Defining a custom merge driver"). Files are named from `folder`. */
export interface MergeFileRequest {
  readonly folder: string
  readonly base: string
  /** Ours; the merged file takes its place. */
  readonly left: string
  readonly right: string
  /** Where the file lies in the repository. */
  readonly path: string
  readonly markerSize: number | undefined
  /** What stands beside markers; ours, base and theirs unless told. */
  readonly labels?: Partial<ConflictLabels>
  /** Asked where there are conflicts only. */
  readonly style: () => ConflictStyle | Promise<ConflictStyle>
  readonly signal: AbortSignal | undefined
}

/**
 * Merges the three files of a call of the driver, and writes the result, with conflicts in the style that is asked for. What is no
 * text stays as the left file has it. Throws USAGE where a file is not there.
 */
export async function mergeFile(request: MergeFileRequest): Promise<MergeBytesResult> {
  const { folder, path, markerSize, signal } = request
  const labels = { left: 'ours', base: 'base', right: 'theirs', ...request.labels }
  const [base, left, right] = await Promise.all(
    [request.base, request.left, request.right].map((name) => read(resolve(folder, name), name)),
  )
  const texts = { path, base: base!, left: left!, right: right!, markerSize, signal }
  const first = await mergeBytes({ ...texts, labels }, mergeText)
  // Most merges are clean, and need not ask git how conflicts are to be shown.
  const style = first.status === 'conflict' ? await request.style() : 'merge'
  const merged = style === 'merge' ? first : await mergeBytes({ ...texts, labels, style }, mergeText)
  if (merged.status !== 'binary') await writeFile(resolve(folder, request.left), merged.bytes)
  return merged
}

async function read(file: string, name: string): Promise<Uint8Array> {
  try {
    return await readFile(file)
  } catch (cause) {
    if (!['ENOENT', 'ENOTDIR', 'EISDIR'].includes((cause as NodeJS.ErrnoException).code ?? '')) throw cause
    throw new AnvcsError('USAGE', { message: `There is no file ${name}.`, cause })
  }
}

/** By `merge.conflictStyle`. */
export function conflictStyle(value: string | undefined): ConflictStyle {
  const style = value?.trim().toLowerCase()
  return style === 'diff3' || style === 'zdiff3' ? style : 'merge'
}

/** As it is set where the driver is called. Where there is no git there is no setting of it. */
export async function configuredStyle(
  folder: string,
  environment: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<ConflictStyle> {
  const git = new GitProgram(folder, environment)
  try {
    const { stdout } = await git.call(['config', '--get', 'merge.conflictStyle'], { signal })
    return conflictStyle(fromUtf8(stdout))
  } catch (error) {
    if (AnvcsError.is(error, 'GIT_MISSING')) return 'merge'
    throw error
  }
}
