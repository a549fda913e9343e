import type { GitRepository } from '../git/repository.ts'
import { trackingRef } from './direct-remote.ts'

/** The ref here that a branch (its full name) follows, by its settings; undefined where it follows none. */
export function upstreamRef({ config }: Pick<GitRepository, 'config'>, branch: string): string | undefined {
  const name = branch.replace('refs/heads/', '')
  const [remote, merge] = [config.get(`branch.${name}.remote`), config.get(`branch.${name}.merge`)]
  if (remote === undefined || merge === undefined) return undefined
  return remote === '.' ? merge : trackingRef({ config }, remote, merge)
}
