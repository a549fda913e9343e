import type { ObjectId } from '../../contracts/ids.ts'
import { joinNul } from '../../git/git-lists.ts'
import type { GitRepository } from '../../git/repository.ts'
import { openScratchIndex } from '../../git/scratch-index.ts'
import { fromUtf8 } from '../../lib/bytes.ts'

/** A file as it lies in the work tree, and its mode in Git. */
export interface SettledFile {
  readonly path: string
  readonly mode: number
  readonly text: string
}

/** The tree of what is staged, with conflicted files as they would be settled. The index stays as it is. Throws GIT_FAILED where another conflict is open. */
export async function settledTree(
  repository: GitRepository,
  files: readonly SettledFile[],
  signal: AbortSignal | undefined,
): Promise<ObjectId> {
  await using scratch = await openScratchIndex(repository)
  await scratch.copy()
  const git = repository.git.with({ GIT_INDEX_FILE: scratch.indexFile })
  const run = async (args: readonly string[], input?: Uint8Array | string) =>
    fromUtf8(await git.run(args, { signal, input }))!.trim()
  const lines: string[] = []
  for (const { path, mode, text } of files) {
    const id = await run(['hash-object', '-w', '--stdin', '--path', path], text)
    lines.push(`${mode.toString(8)} ${id}\t${path}`)
  }
  await run(['update-index', '-z', '--index-info'], joinNul(lines))
  return (await run(['write-tree'])) as ObjectId
}
