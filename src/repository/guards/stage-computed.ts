import { joinNul } from '../../git/git-lists.ts'
import { indexInfo } from '../../git/index-info.ts'
import type { GitRepository } from '../../git/repository.ts'
import type { ComputedFile } from './computed-file.ts'

/** Puts files into the index, in the place of all stages of their paths, and into the work tree. */
export async function stageComputed(
  { git, format }: GitRepository,
  files: readonly ComputedFile[],
  signal: AbortSignal | undefined,
): Promise<void> {
  if (!files.length) return
  await git.run(['update-index', '-z', '--index-info'], { signal, input: indexInfo(format, files) })
  const paths = joinNul(files.map(({ path }) => path))
  await git.run(['checkout-index', '-z', '--stdin', '--force', '--index'], { signal, input: paths })
}
