import type { ObjectId } from '../contracts/ids.ts'
import { splitNul } from '../git/git-lists.ts'
import type { SignatureVerdict } from './check-commit.ts'
import type { Workspace } from './workspace.ts'

/** What git says of a signature that is not checked here, and in words where that is neither good nor bad. */
export interface ForeignVerdict {
  readonly signature: SignatureVerdict
  readonly reason: string | undefined
}

/** So many commits at a time: a signature costs git a program of its own. */
const batchSize = 50

/** Asks git about signatures that are not checked here: OpenPGP, X.509, SSH keys on tokens or under conditions. One git for many commits. */
export async function judgeForeign(
  { git }: Workspace,
  commits: readonly ObjectId[],
  { signal, onProgress }: { readonly signal?: AbortSignal; readonly onProgress?: (done: number) => void } = {},
): Promise<ReadonlyMap<ObjectId, ForeignVerdict>> {
  const verdicts = new Map<ObjectId, ForeignVerdict>()
  // %G? is a letter, %GF the fingerprint, %GS whose key it is (git-log(1), PRETTY FORMATS).
  const args = ['log', '--no-show-signature', '--no-walk=unsorted', '--stdin', '-z', '--format=%H%x00%G?%x00%GF%x00%GS']
  for (let at = 0; at < commits.length; at += batchSize) {
    onProgress?.(at)
    const input = commits.slice(at, at + batchSize).join('\n')
    const fields = splitNul(await git.git.run(args, { input, signal }))
    for (let i = 0; i + 3 < fields.length; i += 4) {
      const [commit, letter, key, name] = fields.slice(i, i + 4) as [ObjectId, string, string, string]
      verdicts.set(commit, verdictOf(letter, key, name))
    }
  }
  return verdicts
}

function verdictOf(letter: string, key: string, name: string): ForeignVerdict {
  const reasons: Readonly<Record<string, string>> = {
    U: `the signature by ${name || key} verifies, but nothing here says that the key is theirs`,
    X: `the signature by ${name} has expired`,
    Y: `the key of ${name} has expired`,
    R: `the key of ${name} has been revoked`,
    E: `git cannot check the signature here${key && `: it lacks the key ${key}`}`,
  }
  if (letter === 'G') return { signature: { status: 'good', key, principal: name }, reason: undefined }
  if (letter === 'B' || letter === 'R') return { signature: { status: 'bad' }, reason: reasons[letter] }
  const status = letter === 'U' ? ({ status: 'unknown key', key } as const) : ({ status: 'unchecked' } as const)
  return { signature: status, reason: reasons[letter] ?? 'git does not accept the signature here' }
}
