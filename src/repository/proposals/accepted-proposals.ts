import { join } from 'node:path'
import { readOperation, type Operation } from '../../git/operation.ts'
import type { GitRepository } from '../../git/repository.ts'
import { fromUtf8 } from '../../lib/bytes.ts'
import { readJson, writeJson } from '../data-folder.ts'
import type { Proposal } from './proposal-store.ts'

/** A proposal that a person took, until the merge is committed. */
interface Accepted {
  readonly path: string
  readonly model: string
  readonly resolution: string
}

/** Of one merge; more are not told of. */
const maxAccepted = 500
/** As a record takes it. */
const maxModelUnits = 200

/** Remembers that a proposal was taken in the merge, pick or revert that Git is in the middle of. */
export async function rememberAccepted(git: GitRepository, path: string, proposal: Proposal): Promise<void> {
  const mark = readOperation(git)?.mark
  if (mark === undefined) return
  const { model, resolution } = proposal
  const accepted = [...readAccepted(git, mark), { path, model, resolution }].slice(-maxAccepted)
  await writeJson(fileOf(git), { mark, accepted })
}

/** The models whose proposals a commit of that operation holds: those that were taken, and are staged as they were. Undefined where there are none. */
export async function acceptedModels(
  git: GitRepository,
  operation: Operation | undefined,
): Promise<string | undefined> {
  if (!operation) return undefined
  const accepted = readAccepted(git, operation.mark)
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

function fileOf({ gitDir }: GitRepository): string {
  return join(gitDir, 'ai-vcs', 'accepted-proposals.json')
}

function readAccepted(git: GitRepository, mark: string): readonly Accepted[] {
  const kept = readJson(fileOf(git)) as { readonly mark?: unknown; readonly accepted?: unknown } | null | undefined
  if (kept?.mark !== mark || !Array.isArray(kept.accepted)) return []
  return kept.accepted.filter(
    (one: Partial<Accepted> | null): one is Accepted =>
      typeof one?.path === 'string' && typeof one.model === 'string' && typeof one.resolution === 'string',
  )
}
