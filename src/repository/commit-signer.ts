import type { SignCommit } from '../git/build-commit.ts'
import { settingsOf } from './read-settings.ts'
import type { Workspace } from './workspace.ts'

/**
 * What signs a commit here. In a room it is always the member key: by its signature the others know whose commit it is, and
 * follow it.
 */
export async function commitSigner(workspace: Workspace, isInRoom: boolean): Promise<SignCommit> {
  if (!isInRoom && (await settingsOf(workspace)).values['signing.format'] === 'openpgp') {
    const { openPgpSigner } = await import('./openpgp-signer.ts')
    return openPgpSigner(workspace)
  }
  const key = isInRoom ? await workspace.signer() : await workspace.signingKey()
  return (payload) => key.sign('git', payload)
}
