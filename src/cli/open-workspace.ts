import type { Workspace } from '../repository/workspace.ts'
import type { CliContext } from './context.ts'

/** Opens the repository that the command runs in, for as long as it is used. */
export async function withWorkspace<T>(context: CliContext, use: (workspace: Workspace) => Promise<T>): Promise<T> {
  const { Workspace } = await import('../repository/workspace.ts')
  const { folder, environment, signal } = context
  await using workspace = await Workspace.open({
    path: folder,
    environment,
    get isAttended() {
      return context.isAttended
    },
    signal,
  })
  return await use(workspace)
}
