import { AnvcsError } from '../contracts/errors.ts'
import { unlessMissing } from '../git/git-missing.ts'
import { gitFailed, type GitResult } from '../git/git-program.ts'
import { whenUnlocked } from '../git/lock-wait.ts'
import { pathArguments, type Pathspecs } from '../git/pathspec.ts'
import { addDirectly } from './add-directly.ts'
import type { RoomHost } from './room-host.ts'
import type { Workspace } from './workspace.ts'

/** Stages paths as `git add` does; in a room the states that were staged are remembered, and new files become shared. */
export async function add(
  workspace: Workspace,
  host: RoomHost | undefined,
  paths: Pathspecs,
): Promise<readonly string[]> {
  const { git } = workspace
  if (!paths.length) throw new AnvcsError('USAGE', { message: 'Nothing was named to be added.' })
  const before = new Map((await git.index.staged()).map(({ path, id }) => [path, id]))
  const { program, words } = pathArguments(git.git, paths)
  const args = ['add', '--', ...words]
  const result = await whenUnlocked(() => program.call(args), undefined).catch(unlessMissing)
  if (!result) await addDirectly(git, paths)
  else if (result.exitCode !== 0) throw addFailed(args, result)
  const staged = (await git.index.staged()).filter(({ path, id }) => before.get(path) !== id)
  host?.indexWritten()
  if (host) {
    await host.mirror?.add(staged.map(({ path }) => path))
    const remembered = staged.flatMap(({ path, id }) => {
      const captured = host.room.files.capture(path)
      return captured ? [{ path, blob: id, file: captured.file, state: captured.state }] : []
    })
    await host.staged.remember(remembered)
  }
  return staged.map(({ path }) => path)
}

function addFailed(args: readonly string[], result: GitResult): AnvcsError {
  const failed = gitFailed(args, result)
  const isMeant = /did not match any files|are ignored by one of/.test(result.stderr)
  return isMeant
    ? new AnvcsError('USAGE', { message: failed.message, hint: 'Check the spelling, and .gitignore.' })
    : failed
}
