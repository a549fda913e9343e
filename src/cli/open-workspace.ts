import type { Workspace } from '../repository/workspace.ts'
import type { CliContext } from './context.ts'

/** Opens the repository that the command runs in, for as long as it is used. */
export function withWorkspace<T>(context: CliContext, use: (workspace: Workspace) => Promise<T>): Promise<T> {
  return withOpen(context, use, false)
}

/** The same for commands that need no files: the repository may be a bare one. */
export function withHistory<T>(context: CliContext, use: (workspace: Workspace) => Promise<T>): Promise<T> {
  return withOpen(context, use, true)
}

async function withOpen<T>(
  context: CliContext,
  use: (workspace: Workspace) => Promise<T>,
  mayBeBare: boolean,
): Promise<T> {
  const { Workspace } = await import('../repository/workspace.ts')
  const { folder, environment, signal } = context
  await using workspace = await Workspace.open({
    path: folder,
    environment,
    mayBeBare,
    get isAttended() {
      return context.isAttended
    },
    signal,
  })
  return await use(workspace)
}
