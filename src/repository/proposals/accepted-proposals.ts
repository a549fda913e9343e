import type { Operation } from '../../git/operation.ts'
import type { GitRepository } from '../../git/repository.ts'
import { fromUtf8 } from '../../lib/bytes.ts'
import { KeptInMerge } from '../kept-in-merge.ts'
import type { Proposal } from './proposal-store.ts'

/** A proposal that a person took, until the merge is committed. */
interface Accepted {
  readonly path: string
  readonly model: string
  readonly resolution: string
}

const kept = new KeptInMerge<Accepted>('accepted-proposals', (one) =>
  [one.path, one.model, one.resolution].every((part) => typeof part === 'string'),
)
/** As a record takes it. */
const maxModelUnits = 200

/** Remembers that a proposal was taken in the merge, pick or revert that Git is in the middle of. */
export async function rememberAccepted(git: GitRepository, path: string, proposal: Proposal): Promise<void> {
  const { model, resolution } = proposal
  await kept.add(git, [{ path, model, resolution }])
}

/** The models whose proposals a commit of that operation holds: those that were taken, and are staged as they were. Undefined where there are none. */
export async function acceptedModels(
  git: GitRepository,
  operation: Operation | undefined,
): Promise<string | undefined> {
  if (!operation) return undefined
  const accepted = kept.of(git, operation.mark)
  if (!accepted.length) return undefined
  const staged = await git.index.entries(accepted.map(({ path }) => path))
  const isHeld = ({ path, resolution }: Accepted) => {
    const entry = staged.get(path)
    const content = entry && git.objects.read(entry.id)?.content
    return (
      content !== undefined && fromUtf8(content)?.replaceAll('\r\n', '\n').includes(resolution.replaceAll('\r\n', '\n'))
    )
  }
  const models = [...new Set(accepted.filter(isHeld).map(({ model }) => model))]
  return models.length ? models.join(', ').slice(0, maxModelUnits) : undefined
}
