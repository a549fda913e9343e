import { prepareCandidate, type CommitChanges } from '../../src/git/candidate.ts'
import { readHead } from '../../src/git/head.ts'
import type { GitRepository } from '../../src/git/repository.ts'
import { readStoredCommit } from '../../src/git/stored-objects.ts'

/** What a commit of nothing but these files, as they lie in the work tree, would change. */
export async function takenFiles(repository: GitRepository, paths: readonly string[]): Promise<CommitChanges> {
  const { commit } = readHead(repository.gitDir, repository.refs)
  const tree = commit && readStoredCommit(repository.objects, commit).tree
  await using candidate = await prepareCandidate(repository, { commit, tree, paths, isOnly: true, needsIndex: false })
  return await candidate.read()
}
