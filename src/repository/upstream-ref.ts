import { trackingRef } from './direct-remote.ts'
import type { Workspace } from './workspace.ts'

/** The ref here that a branch (its full name) follows, by its settings; undefined where it follows none. */
export function upstreamRef(workspace: Workspace, branch: string): string | undefined {
  const { config } = workspace.git
  const name = branch.replace('refs/heads/', '')
  const [remote, merge] = [config.get(`branch.${name}.remote`), config.get(`branch.${name}.merge`)]
  if (remote === undefined || merge === undefined) return undefined
  return remote === '.' ? merge : trackingRef(workspace, remote, merge)
}
